//! What happens in a simulated life, one thing after another.

use std::time::Duration;

use housekey::error::Kind;
use housekey::{Error, Homey, args};
use housekey_emulator::Expire;
use jiff::SignedDuration;
use rand::RngExt as _;
use tokio::time::{sleep, timeout};

use super::{GRACE, Life};
use crate::simulation::network::{Struck, Weather};
use crate::status::HomeyState;

impl Life {
    /// One thing.
    pub(super) async fn happen(&mut self) -> Result<(), String> {
        match self.chance.random_range(0..20) {
            0..=3 => self.outage().await,
            4..=7 => self.storm().await,
            8 | 9 => self.revoke().await,
            10 | 11 => self.set_clock().await,
            12 | 13 => self.sleep().await,
            14 => self.restart().await,
            15 if self.chance.random_bool(0.2) => {
                self.note("the person withdraws the consent");
                self.consent = false;
                self.network.world.expire(Expire::Refresh);
                self.network.world.expire(Expire::Access);
                Ok(())
            }
            _ => self.programs().await,
        }
    }

    async fn outage(&mut self) -> Result<(), String> {
        let length = self.hours(0.01, 24.0);
        let weather = [Weather::Refused, Weather::Silent][self.chance.random_range(0..2)];
        let struck = [Struck::Cloud, Struck::Homey, Struck::Both][self.chance.random_range(0..3)];
        self.note(format_args!("outage of {struck:?}, {weather:?}, {length:?}"));
        self.tally.outages += 1;
        self.network.turn(weather, struck);
        self.pass(length).await?;
        self.network.turn(Weather::Fair, struck);
        self.judge.look_again();
        Ok(())
    }

    async fn storm(&mut self) -> Result<(), String> {
        let length = self.hours(0.05, 12.0);
        let struck = [Struck::Cloud, Struck::Homey, Struck::Both][self.chance.random_range(0..3)];
        self.note(format_args!("storm around {struck:?}, {length:?}"));
        self.tally.storms += 1;
        self.network.turn(Weather::Storm, struck);
        // Otherwise most of them would pass over a token that is not due.
        if self.chance.random_bool(0.5) {
            self.end_sessions();
            self.call().await?;
        }
        self.pass(length).await?;
        self.network.turn(Weather::Fair, struck);
        self.judge.look_again();
        Ok(())
    }

    /// Tokens are refused from now on, and a call is made.
    async fn revoke(&mut self) -> Result<(), String> {
        self.tally.revoked += 1;
        let access = self.chance.random_bool(0.5);
        self.note(format_args!("session revoked, account token as well: {access}"));
        self.end_sessions();
        if access {
            self.network.world.expire(Expire::Access);
        }
        self.call().await
    }

    /// The Homey takes no session any more. Nobody knows before a call is refused.
    fn end_sessions(&self) {
        self.network.world.expire(Expire::Session);
        self.excuse();
        self.judge.disturbed();
    }

    fn excuse(&self) {
        let stored = self.store.known_homey("home").expect("stored").access;
        self.judge.excuse(stored.token());
        if let Some(session) = self.agent.as_ref().and_then(|agent| agent.homey.session()) {
            self.judge.excuse(session.access().token());
        }
    }

    /// Somebody makes a call.
    async fn call(&mut self) -> Result<(), String> {
        let Some(agent) = &self.agent else { return Ok(()) };
        let (homey, board) = (agent.homey.clone(), agent.board.clone());
        let fair = self.network.was_fair_for(GRACE);
        let outcome = timeout(GRACE, call(&homey)).await;
        self.judge.look_again();
        let signed_out = board.status().homeys[0].state == HomeyState::SignedOut;
        match outcome {
            Ok(Err(error)) if error.kind() == Kind::SignIn => self.may_be_signed_out(&error),
            Ok(Err(error)) if fair && !signed_out => {
                Err(self.failure(&format!("a call is lost in fair weather: {error:?}")))
            }
            Err(_) if fair && !signed_out => Err(self.failure("a call is not answered")),
            _ => Ok(()),
        }
    }

    async fn set_clock(&mut self) -> Result<(), String> {
        self.tally.clocks += 1;
        let hours = self.hours(0.02, 24.0 * 400.0).as_secs() as i64;
        let error = match self.chance.random_range(0..3) {
            0 => 0,
            1 => hours,
            _ => -hours,
        };
        self.note(format_args!("the clock is {error} s wrong from now on"));
        self.time.set_error(SignedDuration::from_secs(error));
        self.clock_moved = true;
        self.judge.disturbed();
        Ok(())
    }

    async fn sleep(&mut self) -> Result<(), String> {
        self.tally.sleeps += 1;
        let length = self.hours(0.5, 24.0 * 20.0);
        self.note(format_args!("the machine sleeps for {length:?}"));
        self.time.sleep(SignedDuration::try_from(length).expect("short"));
        self.network.wake();
        self.judge.disturbed();
        Ok(())
    }

    async fn restart(&mut self) -> Result<(), String> {
        self.note("the agent is started again");
        self.tally.restarts += 1;
        if let Some(agent) = self.agent.take() {
            agent.supervisor.drain(Duration::from_secs(10)).await;
        }
        let pause = self.hours(0.001, 40.0);
        sleep(pause).await;
        self.start();
        // How old a token is that was made by another clock is forgotten with the process.
        if self.clock_moved {
            self.excuse();
        }
        self.judge.started();
        Ok(())
    }

    /// Some programs are run beside the agent, each with a call of its own.
    async fn programs(&mut self) -> Result<(), String> {
        let count = self.chance.random_range(1..5);
        self.tally.programs += count;
        let fair = self.network.was_fair_for(GRACE);
        let Some(agent) = &self.agent else { return Ok(()) };
        let signed_out = agent.board.status().homeys[0].state == HomeyState::SignedOut;
        let calls = (0..count).map(|_| {
            let record = self.store.known_homey("home").expect("stored");
            let (store, http) = (self.store.clone(), self.http.clone());
            let homey = Homey::stored(&record, store, http, self.clock.clone());
            tokio::spawn(async move {
                let outcome = call(&homey).await;
                homey.settle().await;
                outcome
            })
        });
        for outcome in futures_util::future::join_all(calls).await {
            match outcome.expect("no panic") {
                Err(error) if error.kind() == Kind::SignIn => self.may_be_signed_out(&error)?,
                Err(error) if fair && !signed_out => {
                    return Err(self.failure(&format!("a program fails: {error:?}")));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Any call: it needs a token, and changes nothing.
async fn call(homey: &Homey) -> Result<(), Error> {
    homey.call("sessions.getSessionMe", &args! {}).await.map(drop)
}

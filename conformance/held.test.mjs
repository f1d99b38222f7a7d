// One live connection of the vendor's client, held while its session ends twice and what it talks to is
// restarted: both versions, at the Homey itself and through the gateway.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { VERSIONS, homeyOf, localHomey, signedIn } from './client.mjs';
import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';

const LIMIT_MS = 30_000;

// 3.17.0 shakes hands again on a new connection and does not subscribe again.
const AGAIN = new Set(['3.20.0']);

for (const [version, api] of Object.entries(VERSIONS)) {
  for (const way of ['at the Homey', 'through the gateway']) {
    describe(`homey-api ${version} ${way}`, { timeout: 300_000 }, () => {
      let emulator;
      let gateway;
      let homey;
      let direct;
      let lamp;

      before(async () => {
        emulator = await Emulator.start();
        if (way === 'through the gateway') gateway = await Gateway.start(emulator);
        // With an API key, which outlives what happens to the sessions.
        direct = await localHomey(emulator);
        await connect();
      });
      after(async () => {
        homey?.destroy();
        direct?.destroy();
        await gateway?.stop();
        await emulator?.stop();
      });

      it('hears and calls', works);

      for (const time of ['first', 'second']) {
        // At the Homey itself the client shows such a refusal to its caller.
        it(`does not notice that the session has ended, the ${time} time`, { skip: way === 'at the Homey' }, async () => {
          await emulator.expire('session');
          await works();
        });
      }

      for (const time of ['first', 'second']) {
        it(`comes back when the session has ended and the connection is lost, the ${time} time`, async () => {
          await emulator.expire('session');
          await returnsAfter(() => emulator.interrupt('drop'));
        });

        it(`comes back when the session has ended and it is thrown out, the ${time} time`, async () => {
          await emulator.expire('session');
          const lost = once(homey, 'disconnect');
          await emulator.interrupt('kick');
          if (AGAIN.has(version)) {
            // The Homey knows before the client does, and a client that still holds itself connected
            // does nothing when it is asked to connect.
            await lost;
            await homey.connect();
          } else {
            await gone();
            await another();
          }
          await listens();
          await works();
        });
      }

      it('comes back after a restart', async () => {
        await returnsAfter(async () => {
          if (gateway) {
            await gateway.restart();
          } else {
            // A Homey that starts refuses for a while.
            if (AGAIN.has(version)) await emulator.fault({ match: 'realtime.open', status: 503, times: 2 });
            await emulator.interrupt('drop');
          }
        });
      });

      const uri = () => `homey:device:${lamp.id}`;
      const listens = () => emulator.listeners(uri(), 1);
      const gone = () => emulator.listeners(uri(), 0);

      async function connect() {
        if (gateway) {
          const token = await gateway.key(`held-${Date.now()}`, 'full');
          homey = await read(() => api.HomeyAPI.createLocalAPI({ address: gateway.url, token }));
        } else {
          homey = await read(async () => homeyOf(await signedIn(emulator, api)));
        }
        lamp = await read(() => aLamp(homey));
        await homey.devices.connect();
        await lamp.connect();
        await listens();
      }

      /** Programs that use the older version make another client. */
      async function another() {
        homey.destroy();
        await connect();
      }

      /** Loses the connection by that; the client makes it anew by itself, and hears again. */
      async function returnsAfter(deed) {
        const subscribed = await emulator.calledMoreThan('realtime.subscribe', 0);
        const lost = once(homey, 'disconnect');
        await deed();
        await lost;
        if (!AGAIN.has(version)) await another();
        // The lost connection counts as a listener for a moment longer.
        await emulator.calledMoreThan('realtime.subscribe', subscribed);
        await listens();
        await works();
      }

      async function works() {
        const devices = await read(() => homey.devices.getDevices({ $cache: false }));
        assert.ok(devices[lamp.id]);
        const { value } = (await read(() => aLamp(direct, lamp.id))).capabilitiesObj.onoff;
        const heard = new Promise((found, fail) => {
          const timer = setTimeout(() => fail(new Error('no event came')), LIMIT_MS);
          lamp.once('capability', (event) => {
            clearTimeout(timer);
            found(event.value);
          });
        });
        const write = { deviceId: lamp.id, capabilityId: 'onoff', value: !value };
        await direct.devices.setCapabilityValue(write);
        assert.equal(await heard, !value);
      }
    });
  }
}

/** Repeats a read once that went out over an idle connection which was closed at that moment. */
async function read(call) {
  try {
    return await call();
  } catch (error) {
    if (error.code !== 'ECONNRESET') throw error;
    return call();
  }
}

async function aLamp(homey, id) {
  const devices = Object.values(await homey.devices.getDevices({ $cache: false }));
  return devices.find((one) => (id ? one.id === id : one.capabilitiesObj?.onoff?.setable));
}

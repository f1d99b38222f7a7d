// The live side, judged by the vendor's client: events, calls over the socket, lost connections.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { homeyOf, localHomey, signedIn } from './client.mjs';
import { Emulator } from './emulator.mjs';

const LIMIT_MS = 20_000;

for (const dialect of ['v2', 'local', 'cloud']) {
  describe(`live events of a Homey of the dialect ${dialect}`, { timeout: 120_000 }, () => {
    let emulator;
    let homey;
    let other;
    let lamp;

    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      homey = await homeyOf(await signedIn(emulator));
      // Whoever writes is not told of it by its own client.
      other = await homeyOf(await signedIn(emulator));
      await homey.devices.connect();
      lamp = await aLamp(homey);
      await lamp.connect();
      await emulator.listeners(`homey:device:${lamp.id}`, 1);
    });
    after(async () => {
      homey?.destroy();
      other?.destroy();
      await emulator?.stop();
    });

    it('tells what another client writes', async () => {
      const value = !(await aLamp(other)).capabilitiesObj.onoff.value;
      const told = next(lamp, 'capability', (event) => event.capabilityId === 'onoff');
      await other.devices.setCapabilityValue({ deviceId: lamp.id, capabilityId: 'onoff', value });
      const event = await told;
      assert.equal(event.capabilityId, 'onoff');
      assert.equal(event.value, value);
    });

    it('does not tell anybody of their own write, whose transaction comes back', async () => {
      const told = [];
      const onoff = lamp.makeCapabilityInstance('onoff', (value) => told.push(value));
      const value = !(await aLamp(other, lamp.id)).capabilitiesObj.onoff.value;
      const own = next(lamp, 'capability', (event) => event.value === value);
      await onoff.setValue(value);
      assert.match((await own).transactionId, /^homey-api-/);
      // Behind it comes one of another, so that what was to come before has come.
      const foreign = next(lamp, 'capability', (event) => event.value === !value);
      await other.devices.setCapabilityValue({
        deviceId: lamp.id, capabilityId: 'onoff', value: !value,
      });
      await foreign;
      assert.deepEqual(told, [!value]);
    });

    it('keeps its copies right: created, updated, deleted', async () => {
      await homey.zones.connect();
      const created = next(homey.zones, 'zone.create');
      const { id } = await other.zones.createZone({ zone: { name: 'Attic' } });
      assert.equal((await created).id, id);
      assert.equal((await homey.zones.getZones())[id].name, 'Attic');
      const updated = next(homey.zones, 'zone.update');
      await other.zones.updateZone({ id, zone: { name: 'Loft' } });
      assert.equal((await updated).name, 'Loft');
      const deleted = next(homey.zones, 'zone.delete');
      await other.zones.deleteZone({ id });
      assert.equal((await deleted).id, id);
    });

    it('takes calls over the socket, with the errors of HTTP', async () => {
      const calls = await emulator.callsDuring(async () => {
        const zones = await homey.zones.getZones({ $cache: false });
        assert.ok(Object.keys(zones).length > 0);
        await assert.rejects(
          homey.devices.getDevice({ id: '00000000-0000-4000-8000-000000000000' }),
          { statusCode: 404 },
        );
      });
      assert.equal(calls('zones.getZones'), 1);
      assert.equal(calls('devices.getDevice'), 1);
    });

    for (const how of ['drop', 'disconnect']) {
      it(`comes back by itself after a ${how}`, async () => {
        const calls = await emulator.callsDuring(async () => {
          await emulator.interrupt(how);
          await emulator.listeners(`homey:device:${lamp.id}`, 0);
          await emulator.listeners(`homey:device:${lamp.id}`, 1);
        });
        assert.ok(calls('realtime.handshake') >= 1);
        await toldAgain();
      });
    }

    it('comes back after a kick when it is asked to', async () => {
      const calls = await emulator.callsDuring(async () => {
        const lost = next(homey, 'disconnect');
        await emulator.interrupt('kick');
        await lost;
        await emulator.listeners(`homey:device:${lamp.id}`, 0);
        await homey.connect();
        await emulator.listeners(`homey:device:${lamp.id}`, 1);
      });
      assert.equal(calls('realtime.open'), 0, 'on the same connection');
      await toldAgain();
    });

    it('comes back by itself from a Homey that stopped answering', async () => {
      const lost = next(homey, 'disconnect');
      await emulator.interrupt('hold');
      assert.equal(await lost, 'ping timeout');
      await emulator.listeners(`homey:device:${lamp.id}`, 0);
      await emulator.listeners(`homey:device:${lamp.id}`, 1);
      await toldAgain();
    });

    it('stops listening when it is thrown out of the root alone, until the next connection', async () => {
      const told = [];
      const listener = (event) => told.push(event);
      lamp.on('capability', listener);
      const out = next(homey, 'disconnect');
      await emulator.interrupt('root');
      assert.equal(await out, 'io server disconnect');
      // It stays in the namespace, and calls go on there; what comes to it, it does not hear.
      const calls = await emulator.callsDuring(() => homey.zones.getZones({ $cache: false }));
      assert.equal(calls('realtime.call'), 1);
      await emulator.listeners(`homey:device:${lamp.id}`, 1);
      await switchLamp();
      await homey.zones.getZones({ $cache: false });
      assert.deepEqual(told, []);
      lamp.off('capability', listener);
      await emulator.interrupt('drop');
      await emulator.listeners(`homey:device:${lamp.id}`, 0);
      await emulator.listeners(`homey:device:${lamp.id}`, 1);
      await toldAgain();
    });

    it('renews its session when the handshake is refused', async () => {
      await emulator.expire('session');
      const calls = await emulator.callsDuring(async () => {
        await emulator.interrupt('drop');
        await emulator.listeners(`homey:device:${lamp.id}`, 0);
        await emulator.listeners(`homey:device:${lamp.id}`, 1);
      });
      assert.ok(calls('realtime.handshake') >= 2);
      await toldAgain();
    });

    async function toldAgain() {
      const told = next(lamp, 'capability', (event) => event.capabilityId === 'onoff');
      await switchLamp();
      assert.equal((await told).capabilityId, 'onoff');
    }

    /** As somebody else. */
    async function switchLamp() {
      const { value } = (await aLamp(other, lamp.id)).capabilitiesObj.onoff;
      await other.devices.setCapabilityValue({
        deviceId: lamp.id, capabilityId: 'onoff', value: !value,
      });
    }
  });
}

describe('a key that may read zones only', () => {
  let emulator;
  before(async () => { emulator = await Emulator.start(); });
  after(() => emulator?.stop());

  it('may not listen to devices', async () => {
    // A key cannot make keys.
    const owner = await homeyOf(await signedIn(emulator));
    const key = { name: 'narrow', scopes: ['homey.zone.readonly'] };
    const { token } = await owner.users.createPersonalAccessToken(key);
    const narrow = await localHomey(emulator, token);
    await narrow.zones.connect();
    await assert.rejects(narrow.devices.connect(), (error) => error.statusCode === 403);
    narrow.destroy();
    owner.destroy();
  });
});

/** The next event of that name that fits. */
function next(from, name, fits = () => true) {
  return new Promise((found, fail) => {
    const timer = setTimeout(() => fail(new Error(`no ${name} came`)), LIMIT_MS);
    const listener = (event) => {
      if (!fits(event)) return;
      clearTimeout(timer);
      from.off(name, listener);
      found(event);
    };
    from.on(name, listener);
  });
}

async function aLamp(homey, id) {
  const devices = Object.values(await homey.devices.getDevices({ $cache: false }));
  return devices.find((one) => (id ? one.id === id : one.capabilitiesObj?.onoff?.setable));
}

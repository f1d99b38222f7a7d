// A Homey of each dialect, signed in to through the cloud, and one with an API key.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { homeyOf, localHomey, signedIn } from './client.mjs';
import { Emulator } from './emulator.mjs';

for (const dialect of ['v2', 'local', 'cloud']) {
  describe(`a Homey of the dialect ${dialect}, signed in to through the cloud`, () => {
    const world = serve(['--dialect', dialect], async (emulator) => homeyOf(await signedIn(emulator)));
    readsAndWrites(world, dialect);

    it('opened a session with all scopes', () => {
      assert.equal(world.homey.hasScope('homey.device.control'), true);
      assert.equal(world.homey.hasScope('homey.logic'), true);
    });
  });
}

describe('a Homey on the local network, with an API key', () => {
  const world = serve([], (emulator) => localHomey(emulator));
  readsAndWrites(world, 'local');

  it('knows its id from the ping', () => {
    assert.equal(world.homey.id, world.emulator.cloud_id);
    assert.match(world.homey.version, /^\d+\.\d+\.\d+/);
  });

  it('tells that the session is a key', async () => {
    assert.equal((await world.homey.sessions.getSessionMe()).type, 'PAT');
  });

  it('refuses a key that it never made', async () => {
    const stranger = await localHomey(world.emulator, 'made:up:key');
    await assert.rejects(stranger.zones.getZones(), { statusCode: 401 });
  });

  it('may not make keys', async () => {
    const made = world.homey.users.createPersonalAccessToken({
      name: 'reader', scopes: ['homey.device.readonly'],
    });
    await assert.rejects(made, { statusCode: 403, message: /Invalid Session Type/ });
  });

  it('may do less with a key that has fewer scopes, until it is deleted', async () => {
    const owner = await homeyOf(await signedIn(world.emulator));
    const { users } = owner;
    const { id, token } = await users.createPersonalAccessToken({
      name: 'reader', scopes: ['homey.device.readonly'],
    });
    const reader = await localHomey(world.emulator, token);
    const lamp = await aLamp(reader);
    const value = !lamp.capabilitiesObj.onoff.value;
    await assert.rejects(lamp.setCapabilityValue({ capabilityId: 'onoff', value }), { statusCode: 403 });
    await assert.rejects(reader.zones.getZones(), { statusCode: 403 });
    await users.deletePersonalAccessToken({ id });
    await assert.rejects(reader.devices.getDevices(), { statusCode: 401 });
    owner.destroy();
  });
});

describe('two Homeys of one account', () => {
  let emulator;
  before(async () => { emulator = await Emulator.start('--homeys', '2'); });
  after(() => emulator?.stop());

  it('are told apart on one address', async () => {
    const user = await (await signedIn(emulator)).getAuthenticatedUser();
    const homeys = user.getHomeys();
    assert.equal(new Set(homeys.map((homey) => homey.localUrl)).size, 1);
    const [one, other] = await Promise.all(
      homeys.map((homey) => homey.authenticate({ strategy: ['local'] })),
    );
    const { id } = await one.logic.createVariable({
      variable: { name: 'only here', type: 'boolean', value: true },
    });
    assert.ok((await one.logic.getVariables())[id]);
    assert.equal((await other.logic.getVariables())[id], undefined);
    one.destroy();
    other.destroy();
  });
});

/** An emulator and a Homey on it for the cases of one `describe`. */
function serve(flags, connect) {
  const world = {};
  before(async () => {
    world.emulator = await Emulator.start(...flags);
    world.homey = await connect(world.emulator);
  });
  after(async () => {
    world.homey?.destroy();
    await world.emulator?.stop();
  });
  return world;
}

/** The cases that every Homey passes, however it was reached. */
function readsAndWrites(world, dialect) {
  it('tells what it is', async () => {
    const info = await world.homey.system.getInfo();
    assert.match(info.homeyVersion, /^\d+\.\d+\.\d+/);
    const me = await world.homey.users.getUserMe();
    assert.equal(me.role, 'owner');
  });

  it('has zones that form one tree', async () => {
    const zones = await world.homey.zones.getZones();
    const roots = Object.values(zones).filter((zone) => zone.parent === null);
    assert.equal(roots.length, 1);
    for (const zone of Object.values(zones)) {
      const parent = await zone.getParent();
      assert.equal(parent?.id ?? null, zone.parent);
      assert.ok(zone === roots[0] || zones[zone.parent], `${zone.name} hangs in the air`);
    }
  });

  it('has devices, each in a zone and with its capabilities', async () => {
    const zones = await world.homey.zones.getZones();
    const devices = Object.values(await world.homey.devices.getDevices());
    assert.ok(devices.length >= 10, `${devices.length} devices`);
    for (const device of devices) {
      assert.ok(zones[device.zone], `${device.name} is in no zone`);
      assert.match(device.driverId, /^homey:[a-z]+:[^:]+:[^:]+$/);
      assert.deepEqual(Object.keys(device.capabilitiesObj).sort(), [...device.capabilities].sort());
      for (const [id, capability] of Object.entries(device.capabilitiesObj)) {
        assert.equal(capability.id, id);
        const { lastUpdated } = capability;
        assert.ok(lastUpdated === null || !Number.isNaN(lastUpdated.getTime()), `${device.name}.${id}`);
      }
    }
  });

  it('takes a value for a capability and keeps it', async () => {
    for (const way of ['there', 'back']) {
      const lamp = await aLamp(world.homey);
      const value = !lamp.capabilitiesObj.onoff.value;
      const before = lamp.capabilitiesObj.onoff.lastUpdated;
      await lamp.setCapabilityValue({ capabilityId: 'onoff', value });
      const { onoff } = (await world.homey.devices.getDevice({ id: lamp.id })).capabilitiesObj;
      assert.equal(onoff.value, value, way);
      assert.ok(onoff.lastUpdated >= before);
      if (dialect !== 'v2') {
        const read = await world.homey.devices.getCapabilityValue({
          deviceId: lamp.id, capabilityId: 'onoff',
        });
        assert.equal(read, value);
      }
    }
  });

  it('refuses a value of the wrong kind, and of what is not there', async () => {
    const lamp = await aLamp(world.homey);
    const before = lamp.capabilitiesObj.onoff.value;
    await assert.rejects(lamp.setCapabilityValue({ capabilityId: 'onoff', value: 'bright' }), {
      statusCode: 400,
    });
    await assert.rejects(lamp.setCapabilityValue({ capabilityId: 'no_such', value: true }), {
      statusCode: 404,
    });
    await assert.rejects(world.homey.devices.getDevice({ id: '00000000-0000-4000-8000-000000000000' }), {
      statusCode: 404,
    });
    const now = await world.homey.devices.getDevice({ id: lamp.id });
    assert.equal(now.capabilitiesObj.onoff.value, before);
  });

  it('keeps a variable from its making to its end', async () => {
    const { logic } = world.homey;
    const made = await logic.createVariable({
      variable: { name: 'conformance', type: 'string', value: 'first' },
    });
    assert.deepEqual([made.name, made.type, made.value], ['conformance', 'string', 'first']);
    await logic.updateVariable({ id: made.id, variable: { value: 'second' } });
    const read = await logic.getVariable({ id: made.id });
    assert.deepEqual([read.name, read.value], ['conformance', 'second']);
    assert.ok((await logic.getVariables())[made.id]);
    await logic.deleteVariable({ id: made.id });
    await assert.rejects(logic.getVariable({ id: made.id }), { statusCode: 404 });
    assert.equal((await logic.getVariables())[made.id], undefined);
  });
}

/** Some device that can be switched. */
async function aLamp(homey) {
  const devices = Object.values(await homey.devices.getDevices());
  const lamp = devices.find((device) => device.class === 'light' && device.capabilitiesObj.onoff?.setable);
  assert.ok(lamp, 'no lamp in the home');
  return lamp;
}

// The gateway, judged by the vendor's client and by the genuine Socket.IO clients: with nothing but a
// key of ours they work in full, also while tokens die behind it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { HomeyAPI } from 'homey-api';
import { io as client4 } from 'socket.io-client-4';
import client2 from 'socket.io-client-2';

import { localHomey } from './client.mjs';
import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';

const LIMIT_MS = 20_000;

describe('the vendor\'s client at a gateway', { timeout: 180_000 }, () => {
  let emulator;
  let gateway;
  let key;
  let readonly;
  let homey;
  let direct;
  let lamp;

  before(async () => {
    emulator = await Emulator.start();
    gateway = await Gateway.start(emulator);
    key = await gateway.key('all', 'full');
    readonly = await gateway.key('look', 'readonly');
    homey = await HomeyAPI.createLocalAPI({ address: gateway.url, token: key });
    direct = await localHomey(emulator);
    lamp = await aLamp(homey);
  });
  after(async () => {
    homey?.destroy();
    direct?.destroy();
    await gateway?.stop();
    await emulator?.stop();
  });

  it('finds the Homey behind it without a key', async () => {
    const ping = await fetch(`${gateway.url}/api/manager/system/ping`);
    assert.equal(ping.status, 200);
    assert.equal(ping.headers.get('x-homey-id'), emulator.cloud_id);
  });

  it('reads the same as at the Homey itself', async () => {
    const names = async (from) => Object.values(await from.devices.getDevices()).map((one) => one.name);
    assert.deepEqual(await names(homey), await names(direct));
  });

  it('makes, changes and deletes', async () => {
    const zone = await homey.zones.createZone({ zone: { name: 'Attic' } });
    await homey.zones.updateZone({ id: zone.id, zone: { name: 'Loft' } });
    assert.equal((await direct.zones.getZone({ id: zone.id })).name, 'Loft');
    await homey.zones.deleteZone({ id: zone.id });
  });

  it('hears events, and calls over the live connection', async () => {
    await homey.devices.connect();
    await lamp.connect();
    await emulator.listeners(`homey:device:${lamp.id}`, 1);
    await tells();
    const calls = await emulator.callsDuring(() => homey.devices.getDevices({ $cache: false }));
    assert.equal(calls('devices.getDevices'), 1);
  });

  it('hears again after the connection was lost', async () => {
    await emulator.interrupt('drop');
    await emulator.listeners(`homey:device:${lamp.id}`, 0);
    await emulator.listeners(`homey:device:${lamp.id}`, 1);
    await tells();
  });

  it('does not notice that the session behind it has died: calls over the connection', async () => {
    await emulator.expire('session');
    const calls = await emulator.callsDuring(async () => {
      const all = await Promise.all([1, 2, 3].map(() => homey.devices.getDevices({ $cache: false })));
      assert.ok(all.every((devices) => devices[lamp.id]));
    });
    assert.equal(calls('users.login'), 1);
    await tells();
  });

  it('does not notice that the session behind it has died: the connection as well', async () => {
    await emulator.expire('session');
    await emulator.interrupt('drop');
    await emulator.listeners(`homey:device:${lamp.id}`, 0);
    await emulator.listeners(`homey:device:${lamp.id}`, 1);
    await tells();
  });

  it('does not notice that the session behind it has died: calls over HTTP', async () => {
    const other = await HomeyAPI.createLocalAPI({ address: gateway.url, token: key });
    await emulator.expire('session');
    assert.ok((await other.devices.getDevices())[lamp.id]);
    other.destroy();
  });

  it('comes back on the same connection after the Homey has thrown it out of the namespace', async () => {
    const calls = await emulator.callsDuring(async () => {
      // The Homey knows before the client does, and a client that still holds itself connected
      // does nothing when it is asked to connect.
      const lost = once(homey, 'disconnect');
      await emulator.interrupt('kick');
      await lost;
      await emulator.listeners(`homey:device:${lamp.id}`, 0);
      await homey.connect();
      await emulator.listeners(`homey:device:${lamp.id}`, 1);
    });
    assert.equal(calls('realtime.open'), 0);
    await tells();
  });

  it('with a key to look may look and listen, and is told what it lacks', async () => {
    const viewer = await HomeyAPI.createLocalAPI({ address: gateway.url, token: readonly });
    const same = await aLamp(viewer, lamp.id);
    const write = { deviceId: lamp.id, capabilityId: 'onoff', value: true };
    const lacks = (error) => error.statusCode === 403 && /homey\.device\.control/.test(error.message);
    const calls = await emulator.callsDuring(async () => {
      await assert.rejects(viewer.devices.setCapabilityValue(write), lacks, 'over HTTP');
      await viewer.devices.connect();
      await same.connect();
      await emulator.listeners(`homey:device:${lamp.id}`, 2);
      await assert.rejects(viewer.devices.setCapabilityValue(write), lacks, 'over the connection');
      await assert.rejects(
        viewer.users.createPersonalAccessToken({ name: 'more', scopes: ['homey'] }),
        (error) => error.statusCode === 403,
      );
    });
    assert.equal(calls('devices.setCapabilityValue'), 0, 'none of them reached the Homey');
    assert.equal(calls('users.createPersonalAccessToken'), 0);
    viewer.destroy();
  });

  it('with a wrong key gets nowhere', async () => {
    const stranger = await HomeyAPI.createLocalAPI({ address: gateway.url, token: 'hk_wrong' });
    await assert.rejects(stranger.zones.getZones(), (error) => error.statusCode === 401);
    stranger.destroy();
  });

  async function tells() {
    const { value } = (await aLamp(direct, lamp.id)).capabilitiesObj.onoff;
    const told = new Promise((found, fail) => {
      const timer = setTimeout(() => fail(new Error('no event came')), LIMIT_MS);
      lamp.once('capability', (event) => {
        clearTimeout(timer);
        found(event);
      });
    });
    await direct.devices.setCapabilityValue({ deviceId: lamp.id, capabilityId: 'onoff', value: !value });
    assert.equal((await told).value, !value);
  }
});

for (const [protocol, connect] of [['Engine.IO 3', client2], ['Engine.IO 4', client4]]) {
  describe(`a Socket.IO client over ${protocol} at a gateway`, { timeout: 120_000 }, () => {
    let emulator;
    let gateway;
    let root;
    let api;

    before(async () => {
      emulator = await Emulator.start();
      gateway = await Gateway.start(emulator);
    });
    after(async () => {
      api?.close();
      root?.close();
      await gateway?.stop();
      await emulator?.stop();
    });

    it('shakes hands with a key of ours, calls and listens', async () => {
      const token = await gateway.key('look', 'homey.device.readonly');
      root = open('/');
      const [refusal] = await emit(root, 'handshakeClient', { token: 'hk_wrong' });
      assert.equal(refusal.statusCode, 401);
      const [error, { namespace }] = await emit(root, 'handshakeClient', { token, homeyId: 'token-homey' });
      assert.equal(error, null);
      api = root.io.socket(namespace);
      api.connect();
      const devices = { uri: 'homey:manager:devices', operation: 'getDevices', args: {} };
      const [, all] = await emit(api, 'api', devices);
      assert.equal(Object.keys(all).length, 30);
      const uri = `homey:device:${Object.keys(all)[0]}`;
      assert.equal((await emit(api, 'subscribe', uri))[0], null);
      const zones = await emit(api, 'subscribe', 'homey:manager:zones');
      assert.equal(zones[0].statusCode, 403);
      assert.match(zones[0].error_description, /homey\.zone\.readonly/);
      const told = new Promise((found) => api.once(uri, found));
      await emulator.emit(1);
      assert.equal(await told, 'capability');
    });

    it('is told that polling is not known here', async () => {
      const polled = await fetch(`${gateway.url}/socket.io/?EIO=3&transport=polling`);
      assert.equal(polled.status, 400);
      assert.equal((await polled.json()).message, 'Transport unknown');
    });

    function open(namespace) {
      return connect(gateway.url + namespace, { transports: ['websocket'], forceNew: true });
    }
  });
}

function emit(socket, ...event) {
  return new Promise((found, fail) => {
    const timer = setTimeout(() => fail(new Error(`no answer to ${event[0]}`)), LIMIT_MS);
    socket.emit(...event, (...answer) => {
      clearTimeout(timer);
      found(answer);
    });
  });
}

async function aLamp(homey, id) {
  const devices = Object.values(await homey.devices.getDevices({ $cache: false }));
  return devices.find((one) => (id ? one.id === id : one.capabilitiesObj?.onoff?.setable));
}

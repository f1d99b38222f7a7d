// The serving side, judged by the genuine Socket.IO clients of both protocols.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { io as client4 } from 'socket.io-client-4';
import client2 from 'socket.io-client-2';

import { Emulator } from './emulator.mjs';

const LIMIT_MS = 20_000;

for (const [protocol, connect] of [['Engine.IO 3', client2], ['Engine.IO 4', client4]]) {
  describe(`a Socket.IO client over ${protocol}`, { timeout: 120_000 }, () => {
    let emulator;
    let root;
    let api;
    let devices;

    before(async () => { emulator = await Emulator.start(); });
    after(async () => {
      close();
      await emulator?.stop();
    });

    it('may not join the namespace before the handshake', async () => {
      const socket = open('/api');
      const refusal = await Promise.race([once(socket, 'error'), once(socket, 'connect_error')]);
      assert.match(JSON.stringify(refusal.message ?? refusal), /Handshake/);
      socket.close();
    });

    it('shakes hands with a token and not without', async () => {
      root = open('/');
      await once(root, 'connect');
      const refused = await failure(root, 'handshakeClient', { token: 'a:b:c' });
      assert.equal(refused.statusCode, 401);
      const { api_key: token, cloud_id: homeyId } = emulator;
      const { namespace } = await ask(root, 'handshakeClient', { token, homeyId });
      assert.equal(namespace, '/api');
      api = root.io.socket(namespace);
      api.connect();
      if (!api.connected) await once(api, 'connect');
    });

    it('calls operations by name', async () => {
      devices = await call('getDevices', { $validate: true, query: {} });
      assert.equal(Object.keys(devices).length, 30);
      const unknown = await failure(api, 'api', {
        uri: 'homey:manager:devices', operation: 'getDevice', args: { id: 'd9' },
      });
      assert.equal(unknown.statusCode, 404);
      const odd = await failure(api, 'api', 'no object');
      assert.ok(odd.statusCode >= 400, JSON.stringify(odd));
    });

    it('is told what it subscribed to, until it unsubscribes', async () => {
      const lamp = Object.values(devices).find((one) => one.capabilitiesObj?.onoff?.setable);
      const uri = `homey:device:${lamp.id}`;
      assert.equal(await ask(api, 'subscribe', uri), undefined);
      const told = new Promise((found) => { api.on(uri, (name, data) => found({ name, data })); });
      const value = !lamp.capabilitiesObj.onoff.value;
      const transactionId = 'made-up-transaction';
      const written = await call('setCapabilityValue', {
        deviceId: lamp.id, capabilityId: 'onoff', value, transactionId,
      });
      assert.equal(written.transactionId, transactionId);
      const { name, data } = await told;
      assert.equal(name, 'capability');
      const { transactionTime } = written;
      assert.deepEqual(data, { capabilityId: 'onoff', value, transactionId, transactionTime });
      api.emit('unsubscribe', uri);
      await emulator.listeners(uri, 0);
    });

    it('outlives several heart-beats', async () => {
      // The server gives up on who is silent for 13 s.
      await new Promise((go) => setTimeout(go, 14_000));
      assert.equal(root.connected && api.connected, true);
      assert.ok(Object.keys(await call('getDevices', {})).length > 0);
    });

    it('is told of what is created, changed and deleted', async () => {
      const uri = 'homey:manager:zones';
      await ask(api, 'subscribe', uri);
      const told = [];
      api.on(uri, (name, data) => told.push([name, data.id]));
      const zones = (operation, args) => ask(api, 'api', { uri, operation, args });
      const { id } = await zones('createZone', { zone: { name: 'Attic' } });
      await zones('updateZone', { id, zone: { name: 'Loft' } });
      await zones('deleteZone', { id });
      // What is told of a call goes out before its answer.
      assert.deepEqual(told, [['zone.create', id], ['zone.update', id], ['zone.delete', id]]);
      api.off(uri);
    });

    it('hears of a kick, and joins again on the same connection', async () => {
      const kicked = once(api, 'disconnect');
      await emulator.interrupt('kick');
      assert.equal(await kicked, 'io server disconnect');
      assert.equal(root.connected, true);
      const opened = await emulator.callsDuring(join);
      assert.equal(opened('realtime.open'), 0);
      await toldAgain();
    });

    it('stays in the namespace when it is thrown out of the root alone', async () => {
      const out = once(root, 'disconnect');
      await emulator.interrupt('root');
      assert.equal(await out, 'io server disconnect');
      assert.equal(api.connected, true);
      await toldAgain();
    });

    for (const how of ['drop', 'disconnect', 'hold']) {
      it(`hears of a ${how}, and may come again`, async () => {
        close();
        await shakeHands();
        await toldAgain();
        const lost = once(root, 'disconnect');
        await emulator.interrupt(how);
        assert.match(await lost, /transport (close|error)|io server disconnect|ping timeout/);
        // By itself the older client joins again before it can have shaken hands.
        close();
        await shakeHands();
        await toldAgain();
      });
    }

    /** Ends the connection, which lasts for as long as either is open. */
    function close() {
      api?.close();
      root?.close();
    }

    /** A connection of its own, in the namespace. */
    async function shakeHands() {
      root = open('/');
      await once(root, 'connect');
      await ask(root, 'handshakeClient', { token: emulator.api_key });
      api = root.io.socket('/api');
      api.connect();
      if (!api.connected) await once(api, 'connect');
    }

    /** Shakes hands on the connection that is there, and joins. */
    async function join() {
      await ask(root, 'handshakeClient', { token: emulator.api_key });
      if (api.connected) return;
      const joined = once(api, 'connect');
      api.connect();
      await joined;
    }

    /** Listens to a lamp, switches it, and is told. */
    async function toldAgain() {
      const lamps = Object.values(await call('getDevices', {}));
      const lamp = lamps.find((one) => one.capabilitiesObj?.onoff?.setable);
      const uri = `homey:device:${lamp.id}`;
      await ask(api, 'subscribe', uri);
      const told = once(api, uri);
      const value = !lamp.capabilitiesObj.onoff.value;
      await call('setCapabilityValue', { deviceId: lamp.id, capabilityId: 'onoff', value });
      assert.equal(await told, 'capability');
      api.off(uri);
    }

    function open(namespace) {
      return connect(emulator.url + namespace, { transports: ['websocket'], forceNew: true });
    }

    function call(operation, args) {
      return ask(api, 'api', { uri: 'homey:manager:devices', operation, args });
    }
  });
}

function once(from, name) {
  return new Promise((found, fail) => {
    const timer = setTimeout(() => fail(new Error(`no ${name} came`)), LIMIT_MS);
    from.once(name, (value) => {
      clearTimeout(timer);
      found(value);
    });
  });
}

/** The result of an event that is answered with `(error, result)`. */
async function ask(socket, ...event) {
  const [error, result] = await answer(socket, event);
  assert.equal(error, null);
  return result;
}

async function failure(socket, ...event) {
  const [error] = await answer(socket, event);
  assert.notEqual(error, null);
  return error;
}

function answer(socket, event) {
  return new Promise((found, fail) => {
    const timer = setTimeout(() => fail(new Error(`no answer to ${event[0]}`)), LIMIT_MS);
    socket.emit(...event, (...answer) => {
      clearTimeout(timer);
      found(answer);
    });
  });
}

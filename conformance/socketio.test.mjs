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
      root?.close();
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

    it('hears of every way to lose the connection', async () => {
      const kicked = once(api, 'disconnect');
      await emulator.interrupt('kick');
      assert.equal(await kicked, 'io server disconnect');
      assert.equal(root.connected, true);
      const dropped = once(root, 'disconnect');
      await emulator.interrupt('drop');
      assert.match(await dropped, /transport (close|error)/);
      await once(root, 'connect');
    });

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

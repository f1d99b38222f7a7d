// Web pages against the gateway, in a real browser: pages of others are kept out, also under a name
// that was made to lead here. The gateway needs no key in this test, so nothing else protects it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';

const LIMIT_MS = 60_000;
const CHROMIUM = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']
  .find((name) => name && spawnSync(name, ['--version']).status === 0);
const skip = CHROMIUM ? false : 'no Chromium is installed here';

// Under these names the network leads to the pages of somebody else.
const EVIL = 'http://evil.example';
const FRIEND = 'http://friend.example';

describe('web pages at a gateway that needs no key', { skip, timeout: 300_000 }, () => {
  let emulator;
  let gateway;
  let network;
  let device;

  before(async () => {
    emulator = await Emulator.start();
    gateway = await Gateway.start(emulator, `require_key = false\norigins = ["${FRIEND}"]`);
    network = await Network.start(gateway);
    const devices = await (await fetch(`${gateway.url}/api/manager/devices/device`)).json();
    device = Object.values(devices).find((one) => one.capabilitiesObj?.onoff?.setable);
  });
  after(async () => {
    await network?.stop();
    await gateway?.stop();
    await emulator?.stop();
  });

  /** What a page of that origin finds, and how often the Homey was asked meanwhile. */
  async function visit(origin, script) {
    let found;
    const calls = await emulator.callsDuring(async () => { found = await network.visit(origin, script); });
    return { found, reads: calls('devices.getDevices'), writes: calls('devices.setCapabilityValue') };
  }

  const read = () => `${gateway.url}/api/manager/devices/device`;
  const write = () => `${read()}/${device.id}/capability/onoff`;

  it('one that the settings name reads and writes', async () => {
    const { found, reads, writes } = await visit(FRIEND, `
      const devices = await (await fetch('${read()}')).json();
      const written = await fetch('${write()}', {
        method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"value":true}',
      });
      return { count: Object.keys(devices).length, status: written.status };
    `);
    assert.deepEqual(found, { count: 30, status: 200 });
    assert.deepEqual([reads, writes], [1, 1]);
  });

  it('another may not read', async () => {
    const { found, reads } = await visit(EVIL, `
      const tried = [];
      for (const mode of ['cors', 'no-cors']) {
        tried.push(await fetch('${read()}', { mode }).then((answer) => answer.type, (error) => error.name));
      }
      return tried;
    `);
    // Without permission to read a page learns nothing, whatever the answer was.
    assert.deepEqual(found, ['TypeError', 'opaque']);
    assert.equal(reads, 0);
  });

  it('another may not write: by script, by form, by picture', async () => {
    const { writes, reads } = await visit(EVIL, `
      const json = { 'content-type': 'application/json' };
      const tries = [
        fetch('${write()}', { method: 'PUT', headers: json, body: '{"value":true}' }),
        fetch('${write()}', { method: 'POST', mode: 'no-cors', body: '{"value":true}' }),
        new Promise((done) => {
          const image = new Image();
          image.onerror = image.onload = done;
          image.src = '${read()}';
        }),
        new Promise((done) => {
          const frame = Object.assign(document.createElement('iframe'), { name: 'sent', onload: done });
          const form = Object.assign(document.createElement('form'), {
            method: 'post', action: '${write()}', target: 'sent', enctype: 'text/plain',
          });
          document.body.append(frame, form);
          form.submit();
        }),
      ];
      await Promise.allSettled(tries);
      return 'tried';
    `);
    assert.deepEqual([writes, reads], [0, 0]);
  });

  it('another may not listen', async () => {
    const { found } = await visit(EVIL, `
      const socket = new WebSocket('ws://${gateway.host}/socket.io/?EIO=3&transport=websocket');
      const events = new EventSource('${gateway.url}/events');
      const of = (source, name) => new Promise((done) => {
        source.onopen = () => done(name + ' is open');
        source.onerror = () => done(name + ' is refused');
      });
      return Promise.all([of(socket, 'socket'), of(events, 'events')]);
    `);
    assert.deepEqual(found, ['socket is refused', 'events is refused']);
  });

  it('one on another port of this machine is another as well', async () => {
    const { found, reads } = await visit(network.url, `
      return fetch('${read()}').then((answer) => answer.status, (error) => error.name);
    `);
    assert.equal(found, 'TypeError');
    assert.equal(reads, 0);
  });

  it('one whose own name leads here by now is known by that name', async () => {
    // To the browser, the gateway is the very origin of the page.
    const { found, reads, writes } = await visit(`http://rebound.example:${gateway.host.split(':')[1]}`, `
      const answer = await fetch('/api/manager/devices/device');
      const written = await fetch('/api/manager/devices/device/${device.id}/capability/onoff', {
        method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"value":true}',
      });
      return { read: [answer.status, (await answer.json()).error], written: written.status };
    `);
    assert.equal(found.read[0], 403);
    assert.equal(found.written, 403);
    assert.match(JSON.stringify(found.read[1]), /host/i);
    assert.deepEqual([reads, writes], [0, 0]);
  });
});

/** The network as the browser sees it: names lead to pages of somebody else, and later to the gateway. */
class Network {
  #server;
  #gateway;
  #script;
  #reported;

  static async start(gateway) {
    const network = new Network();
    network.#gateway = gateway;
    network.#server = createServer((asked, answer) => network.#answer(asked, answer));
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    network.url = `http://127.0.0.1:${network.#server.address().port}`;
    return network;
  }

  /** Opens the page of an origin in a browser of its own, and tells what its script returns. */
  async visit(origin, script) {
    this.#script = script;
    const reported = new Promise((found) => { this.#reported = found; });
    const profile = await mkdtemp(join(tmpdir(), 'housekey-browser-'));
    const browser = spawn(CHROMIUM, [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-extensions',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      // What the browser itself does against such pages is not what is tested.
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
      `--user-data-dir=${profile}`, `--proxy-server=${this.url}`, `${origin}/page`,
    ], { stdio: 'ignore' });
    const ended = once(browser, 'exit');
    const late = new Promise((_, fail) => {
      setTimeout(() => fail(new Error(`the page of ${origin} said nothing`)), LIMIT_MS).unref();
    });
    try {
      return await Promise.race([reported, late]);
    } finally {
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  #answer(asked, answer) {
    const { pathname } = new URL(asked.url, 'http://here');
    if (pathname === '/page') {
      answer.setHeader('content-type', 'text/html');
      answer.end(`<!doctype html><body><script type="module">
        const found = await (async () => { ${this.#script} })().catch((error) => String(error));
        await fetch('/report', { method: 'POST', body: JSON.stringify(found) });
      </script>`);
    } else if (pathname === '/report') {
      let text = '';
      asked.on('data', (part) => { text += part; });
      asked.on('end', () => {
        answer.end();
        this.#reported(JSON.parse(text));
      });
    } else if (asked.headers.host?.startsWith('rebound.example')) {
      this.#rebound(pathname, asked, answer);
    } else {
      answer.writeHead(404).end();
    }
  }

  /** From now on that name leads to the gateway. */
  #rebound(path, asked, answer) {
    const [host, port] = this.#gateway.host.split(':');
    const { method, headers } = asked;
    const onward = request({ host, port, path, method, headers }, (came) => {
      answer.writeHead(came.statusCode, came.headers);
      came.pipe(answer);
    });
    asked.pipe(onward);
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((done) => { this.#server.close(done); });
  }
}

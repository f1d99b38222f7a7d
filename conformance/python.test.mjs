// Clients from PyPI, unmodified: a Socket.IO library over Engine.IO 4, and two packages that talk to a Homey.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';

import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';
import { authorizationCode } from './sign-in.mjs';

const LIMIT_MS = 60_000;

/** The exit code of a case that cannot be run with this Python. */
const LEFT_OUT = 77;
const PYTHON = process.env.HOUSEKEY_PYTHON;
const skip = PYTHON ? false : 'HOUSEKEY_PYTHON is not set; `cargo xtask conformance` sets it where there is a Python';

for (const dialect of ['v2', 'local', 'cloud']) {
  describe(`clients from PyPI at a Homey of the dialect ${dialect}`, { skip, timeout: 300_000 }, () => {
    let emulator;
    let gateway;
    let direct;
    let through;
    let readonly;

    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      gateway = await Gateway.start(emulator);
      const given = { steer: emulator.url, homey_id: emulator.cloud_id, writes: true };
      // Newer Homeys know API keys; any of them the session that we have.
      const token = (await gateway.run(['token'])).trim();
      direct = { ...given, url: emulator.homey_url, token };
      // What a caller of the gateway must never see: the token, and the part of it that is secret.
      const secrets = [token, token.split(':').at(-1)];
      through = { ...given, url: gateway.url, token: await gateway.key('all', 'full'), secrets };
      readonly = { ...through, token: await gateway.key('look', 'readonly'), writes: false };
    });
    after(async () => {
      await gateway?.stop();
      await emulator?.stop();
    });

    it('python-socketio shakes hands, calls and hears, directly', (t) => run(t, 'engine_io_4', direct));
    it('python-socketio through the gateway gets back the key that it sent, and no token of the Homey', (t) => (
      run(t, 'engine_io_4', through)
    ));
    it('python-socketio with a key that only looks sees no token and changes nothing', (t) => (
      run(t, 'engine_io_4', readonly)
    ));
    it('python-socketio does not notice that the session behind the gateway has ended', (t) => (
      run(t, 'engine_io_4', { ...through, renewed: true })
    ));
    // Its devices are those of newer Homeys.
    if (dialect !== 'v2') {
      it('homey-wss-python, directly', async (t) => {
        // The session that was there at the start has been ended since.
        const token = (await gateway.run(['token'])).trim();
        await run(t, 'wss', { ...direct, token });
      });
      it('homey-wss-python through the gateway', (t) => run(t, 'wss', through));
    }
    it('athom-api through the gateway', (t) => run(t, 'athom_api', through));
    it('athom-api signs in through the cloud', async (t) => {
      const { client_id, client_secret, redirect_uri, api_url } = emulator;
      const code = await authorizationCode(emulator);
      await run(t, 'athom_api', { ...direct, code, client_id, client_secret, redirect_uri, api_url });
    });
  });
}

/** Runs a case with what it is given; fails with what it printed. */
async function run(test, name, given) {
  const file = fileURLToPath(new URL(`python/${name}.py`, import.meta.url));
  const child = spawn(PYTHON, ['-B', file], { timeout: LIMIT_MS, stdio: 'pipe' });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { printed += text; });
  child.stdin.end(`${JSON.stringify({ renewed: false, ...given })}\n`);
  const [code] = await once(child, 'close');
  if (code === LEFT_OUT) return test.skip(printed.trim());
  assert.equal(code, 0, printed);
}

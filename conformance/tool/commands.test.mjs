// The commands of the vendor's tool, as a person would type them, in the cloud's mode and with a key.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { after, before, describe, it } from 'node:test';

import { Emulator } from '../emulator.mjs';
import { sessionToken } from '../sign-in.mjs';
import { DIALECTS } from '../walk/specification.mjs';
import { keep } from '../walk/results.mjs';
import { Refused, Tool, withKey } from './tool.mjs';

// Within a suite that runs several at once, this has to be asked for.
const ONE_AFTER_THE_OTHER = { concurrency: 1 };
const VARIABLES = '/api/manager/logic/variable';

describe('the commands of the vendor\'s tool', { concurrency: availableParallelism() }, () => {
  for (const dialect of DIALECTS) {
    describe(`signed in, with two Homeys of the dialect ${dialect}`, ONE_AFTER_THE_OTHER, () => {
      const outcomes = {};
      let emulator;
      let tool;
      before(async () => {
        emulator = await Emulator.start('--dialect', dialect, '--homeys', '2');
        tool = await Tool.installed(emulator);
      });
      after(async () => {
        await tool?.remove();
        await emulator?.stop();
        await keep(`tool-${dialect}`, outcomes);
      });

      /** A command, and what became of it: `ok`, or what the case returns. */
      const command = (name, work) => it(name, async () => {
        outcomes[name] = (await work()) ?? 'ok';
      });

      command('login', async () => {
        assert.match(await tool.logIn(), new RegExp(emulator.email));
        const { token } = (await tool.settings()).homeyApi;
        assert.ok(token.access_token && token.refresh_token);
      });

      command('whoami', async () => {
        const { email, id, firstname } = await tool.json('whoami');
        assert.equal(email, emulator.email);
        assert.ok(id && firstname);
        assert.match((await tool.run('whoami')).out, new RegExp(`<${email}>`));
      });

      command('list', async () => {
        const homeys = await tool.json('list');
        assert.equal(homeys.length, 2);
        const { out } = await tool.run('list');
        for (const homey of homeys) {
          const { usbAddress, ...told } = homey;
          assert.equal(usbAddress, null);
          assert.ok(Object.values(told).every((value) => value !== null), JSON.stringify(homey));
          assert.equal(homey.platform, dialect === 'cloud' ? 'cloud' : 'local');
          assert.equal(homey.apiVersion, dialect === 'v2' ? 2 : 3);
          assert.match(homey.state, /^online/);
          assert.ok(out.includes(homey.id) && out.includes(homey.name), out);
        }
      });

      command('select', async () => {
        const [first, second] = await tool.json('list');
        await succeeds(tool.run('select', '--name', second.name));
        assert.equal((await tool.json('select', 'current')).id, second.id);
        await succeeds(tool.run('select', '--id', emulator.cloud_id));
        assert.equal((await tool.json('select', 'current')).id, emulator.cloud_id);
        assert.notEqual((await tool.run('select', '--name', `${first.name}?`)).code, 0);
      });

      command('api diagnose', async () => {
        const report = await tool.json('api', 'diagnose');
        assert.equal(report.target.id, emulator.cloud_id);
        const reached = report.results.filter(({ available }) => available);
        for (const { baseUrl } of reached) assert.equal(baseUrl, emulator.homey_url);
        return `reached by ${report.availableStrategyIds.join(', ')}`;
      });

      command('api raw', () => raw(tool, emulator));
      command('api devices set-capability-value', () => switches(tool));

      it('is told from which of the two Homeys', async () => {
        const other = (await tool.json('list')).find(({ id }) => id !== emulator.cloud_id);
        const name = (...flags) => tool.json('api', 'system', 'get-system-name', ...flags);
        assert.notEqual(await name(), await name('--homey-id', other.id));
      });

      // Whether it keeps what it has renewed is a matter of its luck: it ends without waiting until its
      // settings are written.
      it('renews what has died', async () => {
        const read = () => tool.json('api', 'zones', 'get-zones');
        await read();
        await emulator.expire('session');
        await emulator.expire('access');
        const calls = await emulator.callsDuring(read);
        assert.ok(calls('oauth2.token.refresh_token') >= 1);
        assert.ok(calls('users.login') >= 1);
      });

      // It knows the operations of newer Homeys alone, whichever it speaks with.
      if (dialect !== 'v2') command('api schema', async () => {
        const told = operationsToldBy(await tool.json('api', 'schema'), dialect);
        const own = operationsOfHousekey(dialect);
        for (const [id, operation] of told) assert.equal(own.get(id), operation, id);
        return `${told.size} operations, as \`housekey operations\` has them`;
      });

      command('logout', async () => {
        await succeeds(tool.run('logout'));
        const { homeyApi, activeHomey } = await tool.settings();
        assert.equal(homeyApi.token, undefined);
        assert.equal(activeHomey, null);
      });
    });
  }

  describe('with `--token` and `--address`', ONE_AFTER_THE_OTHER, () => {
    const outcomes = {};
    let emulator;
    let tool;
    let key;
    before(async () => {
      emulator = await Emulator.start();
      tool = await Tool.installed(emulator);
      key = withKey(emulator);
    });
    after(async () => {
      await tool?.remove();
      await emulator?.stop();
      await keep('tool-key', outcomes);
    });

    it('api raw', async () => {
      await raw(tool, emulator, ...key);
      outcomes['api raw'] = 'ok';
    });

    it('api devices set-capability-value', async () => {
      await switches(tool, ...key);
      outcomes['api devices set-capability-value'] = 'ok';
    });

    it('is refused with a key that was never made, and with one that may not', async () => {
      const never = ['--token', 'made:up:key', '--address', emulator.homey_url];
      await refused(tool.json('api', 'zones', 'get-zones', ...never), 'Session Not Found');
      const body = JSON.stringify({ name: 'reader', scopes: ['homey.zone.readonly'] });
      const { token } = await tool.json(
        'api', 'raw', '-X', 'POST', '--path', '/api/manager/users/pat', '--body', body,
        // A key cannot make keys.
        '--token', await sessionToken(emulator), '--address', emulator.homey_url,
      );
      const narrow = ['--token', token, '--address', `${emulator.homey_url}/`];
      assert.ok(await tool.json('api', 'zones', 'get-zones', ...narrow));
      await refused(tool.json('api', 'devices', 'get-devices', ...narrow), 'Missing Scopes');
    });
  });
});

/** Any path: with and without a slash at the end, every method, headers, refusals. */
async function raw(tool, emulator, ...flags) {
  const api = (method, path, ...more) => ['api', 'raw', '-X', method, '--path', path, ...more, ...flags];
  const zones = await tool.json(...api('GET', '/api/manager/zones/zone'));
  assert.deepEqual(await tool.json(...api('GET', '/api/manager/zones/zone/')), zones);

  const { code, out } = await tool.run(...api('GET', '/api/manager/system/ping', '--include'));
  assert.equal(code, 0);
  assert.match(out, /^HTTP\/1\.1 200/);
  assert.ok(out.includes(`x-homey-id: ${emulator.cloud_id}`), out);

  const made = await tool.json(...api('POST', VARIABLES, '--body', '{"name":"tool","type":"number","value":1}'));
  const path = `${VARIABLES}/${made.id}`;
  await tool.json(...api('PUT', path, '--body', '{"value":2}'));
  assert.deepEqual(await tool.json(...api('GET', path)), { ...made, value: 2 });
  await succeeds(tool.run(...api('DELETE', path)));
  await refused(tool.json(...api('GET', path)), made.id);
  await refused(tool.json(...api('GET', '/api/no/such/path')), /Cannot GET|missing_api_method/);
}

/** Operations by name, each as a line of text: those that the tool tells of Homeys of a dialect. */
function operationsToldBy({ managers }, dialect) {
  const lines = Object.values(managers).flatMap(({ id, idCamelCase, operations }) => Object.entries(operations)
    .filter(([, { availability }]) => ['both', dialect].includes(availability))
    .map(([name, { method, path, scopes }]) => [
      `${idCamelCase}.${name}`, line(method.toUpperCase(), `/api/manager/${id}${path}`, scopes ?? []),
    ]));
  return new Map(lines);
}

/** The same by `housekey operations`. */
function operationsOfHousekey(dialect) {
  const printed = execFileSync(process.env.HOUSEKEY_BIN, ['operations', '--json'], { maxBuffer: 2 ** 26 });
  return new Map(JSON.parse(printed)
    .filter(({ dialects }) => dialects.includes(dialect))
    .map(({ id, method, path, scopes }) => [id, line(method, path, scopes)]));
}

function line(method, path, scopes) {
  return `${method} ${path.replace(/\/$/, '')} ${[...scopes].sort().join(' ')}`;
}

/** Switches a lamp and back, through the command that the tool has for it. */
async function switches(tool, ...flags) {
  const devices = Object.values(await tool.json('api', 'devices', 'get-devices', ...flags));
  const lamp = devices.find(({ capabilitiesObj }) => capabilitiesObj.onoff?.setable);
  const value = !lamp.capabilitiesObj.onoff.value;
  await tool.json(
    'api', 'devices', 'set-capability-value',
    '--device-id', lamp.id, '--capability-id', 'onoff', '--value', String(value), ...flags,
  );
  const now = await tool.json('api', 'devices', 'get-device', '--id', lamp.id, ...flags);
  assert.equal(now.capabilitiesObj.onoff.value, value);
  const { out } = await tool.run('api', 'devices', 'get-devices', ...flags);
  for (const { name } of devices) assert.ok(out.includes(name), `${name} is not in the table`);
}

async function succeeds(run) {
  const { code, out, err } = await run;
  assert.equal(code, 0, `${out}${err}`);
}

/** It fails with a text that has that in it, which can only have come from the other side. */
async function refused(run, said) {
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof Refused, error);
    if (said instanceof RegExp) assert.match(error.said, said);
    else assert.ok(error.said.includes(said), error.said);
    return true;
  });
}

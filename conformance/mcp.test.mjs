// Assistants: the genuine client and the inspector's command line over stdio and HTTP, and the revision without a
// handshake, which that client does not speak yet, message by message.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';

const STATELESS = '2026-07-28';
const INSPECTOR = fileURLToPath(import.meta.resolve('@modelcontextprotocol/inspector-cli'));
const LOCK = { device: 'Hallway/Front door lock', capability: 'locked' };
const DIM = { device: 'Kitchen/Ceiling lamp', capability: 'dim' };

describe('assistants', { timeout: 180_000 }, () => {
  let emulator;
  let gateway;
  let key;
  let other;
  let none;

  before(async () => {
    emulator = await Emulator.start();
    gateway = await Gateway.start(emulator, '[mcp]');
    key = await gateway.key('one', 'control', '--mcp', 'read,control');
    other = await gateway.key('two', 'control', '--mcp', 'read,control');
    none = await gateway.key('none', 'full');
  });
  after(async () => {
    await gateway?.stop();
    await emulator?.stop();
  });

  const http = () => new StreamableHTTPClientTransport(new URL(`${gateway.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  });
  const stdio = (...further) => new StdioClientTransport({
    command: process.env.HOUSEKEY_BIN, args: ['mcp', '--allow', 'control', ...further], env: gateway.environment,
  });

  /** With a client of that transport; `answer` is what its user answers a question, if it shows any. */
  async function connected(transport, answer, work) {
    const capabilities = answer ? { elicitation: {} } : {};
    const client = new Client({ name: 'conformance', version: '1' }, { capabilities });
    const questions = [];
    if (answer) {
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        questions.push(params.message);
        return answer;
      });
    }
    await client.connect(transport);
    try {
      return await work(client, questions);
    } finally {
      await client.close();
    }
  }
  const call = async (client, name, args) => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    return { text: content[0].text, isError: isError === true };
  };

  /** A request that stands alone: the status, the headers and the message. */
  function alone(method, params = {}, { headers = {}, version = STATELESS, capabilities = {}, as = key, signal } = {}) {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
      'io.modelcontextprotocol/clientInfo': { name: 'conformance', version: '1' },
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } });
    const all = {
      accept: 'application/json, text/event-stream', 'content-type': 'application/json', 'mcp-method': method,
      'mcp-protocol-version': version, ...(params.name && { 'mcp-name': params.name }),
      ...(as && { authorization: `Bearer ${as}` }), ...headers,
    };
    return new Promise((done, fail) => {
      const sent = request(`${gateway.url}/mcp`, { method: 'POST', headers: all, signal }, async (response) => {
        let text = '';
        for await (const part of response) text += part;
        const data = text.split('\n').filter((line) => line.startsWith('data: {')).at(-1);
        let message;
        try { message = JSON.parse(data?.slice(6) ?? text); } catch { message = text; }
        done({ status: response.statusCode, headers: response.headers, message });
      });
      sent.on('error', fail);
      sent.end(body);
    });
  }
  const tool = (args, further = {}) => ({ name: 'homey_device_set', arguments: args, ...further });

  for (const [name, transport] of [['HTTP', http], ['stdio', stdio]]) {
    it(`${name}: the genuine client lists, reads and sets`, () => connected(transport(), undefined, async (client) => {
      assert.equal(client.getServerVersion().name, 'housekey');
      const lists = [await client.listTools(), await client.listTools()];
      assert.equal(JSON.stringify(lists[0]), JSON.stringify(lists[1]));
      const names = lists[0].tools.map((one) => one.name);
      assert.ok(names.includes('homey_device_set') && names.includes('homey_home_overview'), names.join());
      for (const one of lists[0].tools) assert.equal(Object.values(one.annotations).filter((it) => typeof it === 'boolean').length, 4);
      assert.match((await call(client, 'homey_home_overview', {})).text, /zone "Kitchen"/);
      const value = name === 'HTTP' ? 0.31 : 0.62;
      assert.match((await call(client, 'homey_device_set', { ...DIM, value })).text, /^done: /);
      assert.equal((await call(client, 'homey_device_get', { device: 'Nothing' })).isError, true);
      await assert.rejects(client.callTool({ name: 'homey_unlock' }), { code: -32602 });
    }));

    it(`${name}: what is guarded needs the user of the client`, async () => {
      const allow = { action: 'accept', content: { allow: true } };
      for (const answer of [{ action: 'decline' }, { action: 'accept', content: { allow: false } }, allow]) {
        await gateway.run(['devices', 'set', LOCK.device, 'locked', 'true']);
        await connected(transport(), answer, async (client, questions) => {
          const { text, isError } = await call(client, 'homey_device_set', { ...LOCK, value: false, confirm: true });
          assert.equal(isError, answer !== allow, text);
          assert.match(questions.join(), /Front door lock/);
        });
      }
    });

    it(`${name}: without questions the call waits for \`housekey mcp approve\``, async () => {
      await gateway.run(['devices', 'set', LOCK.device, 'locked', 'true']);
      await connected(transport(), undefined, async (client) => {
        const waits = call(client, 'homey_device_set', { ...LOCK, value: false });
        await gateway.run(['mcp', 'approve', await waiting()]);
        assert.match((await waits).text, /^done: /);
      });
    });
  }

  /** The id of the call that waits. */
  async function waiting() {
    for (;;) {
      const [first] = JSON.parse(await gateway.run(['mcp', 'approve', '--json']));
      if (first) return first.id;
    }
  }
  const noneWaits = async () => {
    // Noticed by what is written meanwhile, every two seconds.
    while (JSON.parse(await gateway.run(['mcp', 'approve', '--json'])).length);
  };

  it('the inspector lists and calls', async () => {
    const inspect = async (...further) => {
      const { stdout } = await promisify(execFile)(
        process.execPath, [INSPECTOR, '--cli', process.env.HOUSEKEY_BIN, 'mcp', ...further], { env: gateway.environment },
      );
      return JSON.parse(stdout);
    };
    assert.ok((await inspect('--method', 'tools/list')).tools.length > 5);
    const search = ['--method', 'tools/call', '--tool-name', 'homey_devices_search', '--tool-arg', 'zone=Kitchen'];
    assert.match((await inspect(...search)).content[0].text, /Ceiling lamp/);
  });

  it('a request that stands alone is answered without a session', async () => {
    for (const method of ['server/discover', 'tools/list']) {
      const { status, headers, message } = await alone(method);
      assert.equal(status, 200, JSON.stringify(message));
      assert.equal(message.result.resultType, 'complete');
      assert.ok(message.result.ttlMs >= 0 && ['public', 'private'].includes(message.result.cacheScope));
      assert.equal(headers['mcp-session-id'], undefined);
    }
    const { message } = await alone('tools/call', { name: 'homey_home_overview', arguments: {} });
    assert.match(message.result.content[0].text, /zone "Kitchen"/);
  });

  it('what breaks a rule is refused with its status and code', async () => {
    for (const [what, given, want, code] of [
      ['origin', { headers: { origin: 'https://evil.example' } }, 403],
      ['host', { headers: { host: 'evil.example' } }, 403],
      ['no key', { as: undefined }, 401],
      ['no mcp', { as: none }, 403],
      ['method', { headers: { 'mcp-method': 'tools/call' } }, 400, -32020],
      ['header', { headers: { 'mcp-protocol-version': '2025-11-25' } }, 400, -32020],
      ['version', { version: '2099-01-01' }, 400, -32022],
    ]) {
      const { status, message } = await alone('tools/list', {}, given.as === undefined && 'as' in given ? { ...given, as: null } : given);
      assert.equal(status, want, `${what}: ${JSON.stringify(message)}`);
      if (code) assert.equal(message.error.code, code, what);
    }
    const { status, message } = await alone('tools/invent');
    assert.deepEqual([status, message.error.code], [404, -32601]);
    for (const method of ['GET', 'DELETE']) {
      const headers = { authorization: `Bearer ${key}`, 'mcp-protocol-version': STATELESS, accept: 'text/event-stream' };
      assert.equal((await fetch(`${gateway.url}/mcp`, { method, headers })).status, 405);
    }
  });

  it('the answer to a question counts once, for its call and its key', async () => {
    await gateway.run(['devices', 'set', LOCK.device, 'locked', 'true']);
    const capabilities = { elicitation: {} };
    const open = { ...LOCK, value: false };
    const asked = async () => {
      const { message } = await alone('tools/call', tool(open), { capabilities });
      assert.equal(message.result.resultType, 'input_required', JSON.stringify(message));
      return message.result.requestState;
    };
    const answered = async (requestState, args = open, as = key) => {
      const inputResponses = { consent: { action: 'accept', content: { allow: true } } };
      const { message } = await alone('tools/call', tool(args, { requestState, inputResponses }), { capabilities, as });
      return message.result;
    };
    const refused = async (state, args, as) => assert.equal((await answered(state, args, as)).isError, true);
    await refused('00'.repeat(32));
    await refused(await asked(), open, other);
    await refused(await asked(), { ...open, device: 'Front door lock' });
    const state = await asked();
    assert.match((await answered(state)).content[0].text, /^done: /);
    await gateway.run(['devices', 'set', LOCK.device, 'locked', 'true']);
    await refused(state);
  });

  it('a stream that is closed ends the wait', async () => {
    await gateway.run(['devices', 'set', LOCK.device, 'locked', 'true']);
    const leave = new AbortController();
    const call = alone('tools/call', tool({ ...LOCK, value: false }), { signal: leave.signal });
    await waiting();
    leave.abort();
    await assert.rejects(call);
    await noneWaits();
  });
});

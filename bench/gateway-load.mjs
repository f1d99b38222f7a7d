#!/usr/bin/env node
// A thousand callers ask a Homey through the gateway for a minute, while its token ends, it starts anew, and it
// moves to another address. Tells how many requests were answered and how, and the memory of the gateway.
//
//   cargo build --release --locked
//   node bench/gateway-load.mjs [--connections 1000] [--seconds 60]
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : process.argv[at + 1];
};
const connections = Number(option('connections', 1000));
const seconds = Number(option('seconds', 60));
const housekey = path.join(root, 'target/release/housekey');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'housekey-load-'));
const running = [];
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  fs.rmSync(home, { recursive: true, force: true });
});
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function start(args, env = {}, input = '') {
  const child = spawn(housekey, args, { env: { PATH: process.env.PATH, HOME: home, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  child.stdin.end(input);
  return child;
}
async function firstLine(child) {
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes('\n')) return text;
  }
  throw new Error(`it ended: ${text}`);
}
const ended = (child) => new Promise((done) => child.once('exit', done));

const facts = JSON.parse(await firstLine(start(['emulate', '--json', '--devices', '10'])));
const real = new URL(facts.homey_url);

// A door in front of the Homey that can be shut: what is under way then is cut.
let lines = new Set();
const door = net.createServer((near) => {
  const far = net.connect(Number(real.port), real.hostname);
  for (const line of [near, far]) {
    lines.add(line);
    line.on('error', () => {}).on('close', () => { lines.delete(line); near.destroy(); far.destroy(); });
  }
  near.pipe(far).pipe(near);
});
const open = (port) => new Promise((done) => door.listen(port, '127.0.0.1', 4096, done));
const shut = () => new Promise((done) => { door.close(done); for (const line of lines) line.destroy(); lines = new Set(); });
await open(0);
const { port } = door.address();

const state = path.join(home, 'state');
const env = {
  HOUSEKEY_STATE: state, HOUSEKEY_CONFIG: home, HOUSEKEY_LOG: 'error', HOUSEKEY_ACCOUNTS_URL: facts.accounts_url,
  HOUSEKEY_API_URL: facts.api_url,
  HOUSEKEY_CLIENT_ID: facts.client_id, HOUSEKEY_CLIENT_SECRET: facts.client_secret,
};
if (await ended(start(['login', '--email', facts.email, '--password-stdin'], env, `${facts.password}\n`)) !== 0) throw new Error('not signed in');
const credentials = path.join(state, 'credentials');
const file = fs.readdirSync(credentials).map((name) => path.join(credentials, name))
  .find((name) => name.endsWith('.json') && JSON.parse(fs.readFileSync(name, 'utf8')).homey);
const record = JSON.parse(fs.readFileSync(file, 'utf8'));
record.homey.addresses = { localUrl: `http://127.0.0.1:${port}/` };
fs.writeFileSync(file, JSON.stringify(record), { mode: 0o600 });
const listen = path.join(home, 'gateway.sock');
fs.writeFileSync(path.join(home, 'agent.toml'), `listen = "${listen}"\n[[homey]]\nname = "${record.homey.name}"\n`);
const agent = start(['agent', 'run', '--config', path.join(home, 'agent.toml')], env);
while (!fs.existsSync(listen)) await sleep(20);

const keep = new http.Agent({ keepAlive: true, maxSockets: Infinity });
const told = new Map();
let [answered, going] = [0, true];
const ask = () => new Promise((done) => {
  const request = http.request({ socketPath: listen, agent: keep, path: '/api/manager/zones/zone' }, (answer) => {
    answer.resume();
    answer.on('end', () => done(String(answer.statusCode))).on('error', (error) => done(error.code));
  });
  request.on('error', (error) => done(error.code ?? error.message));
  request.end();
});
const caller = async () => {
  while (going) {
    const outcome = await ask();
    told.set(outcome, (told.get(outcome) ?? 0) + 1);
    if (outcome === '200') answered++;
  }
};
const memory = () => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${agent.pid}/status`, 'utf8'))[1]) / 1024;

const callers = Array.from({ length: connections }, caller);
const memories = [];
const watching = setInterval(() => memories.push(memory()), 1000);
const quarter = (seconds * 1000) / 4;
await sleep(quarter);
await fetch(`${facts.url}/_emulator/expire`, { method: 'POST', body: JSON.stringify({ what: 'session' }) });
console.log(`the token ended after ${answered} answers`);
await sleep(quarter);
await shut();
await sleep(2000);
await open(port);
console.log(`the Homey was away for 2 s after ${answered} answers`);
await sleep(quarter);
await shut();
console.log(`it moved after ${answered} answers`);
await sleep(quarter);
going = false;
await Promise.all(callers);
clearInterval(watching);
const half = memories.slice(memories.length >> 1);
console.log(`${answered} answers to ${connections} callers in ${seconds} s; outcomes:`, Object.fromEntries(told));
console.log(`memory in MB: ${memories[0]?.toFixed(1)} after a second, at most ${Math.max(...memories).toFixed(1)}, at the end ${half.at(-1)?.toFixed(1)}`);
process.exit(told.size === 1 && told.has('200') ? 0 : 1);

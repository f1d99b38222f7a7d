#!/usr/bin/env node
// What it costs to be handed a good token, and to keep a thousand of them fresh. Prints one table. See README.md.
//
//   cargo build --release --locked && cargo build --release --locked -p housekey --example load
//   node bench/tokens.mjs [--rounds 20] [--homeys 1000] [--idle-seconds 120] [--delay-ms 50]
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : Number(process.argv[at + 1]);
};
const rounds = option('rounds', 20);
const homeys = option('homeys', 1000);
const idleSeconds = option('idle-seconds', 120);
const delayMs = option('delay-ms', 50);
const release = path.join(root, 'target', process.env.PROFILE ?? 'release');
const housekey = path.join(release, 'housekey');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'housekey-bench-'));
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  fs.rmSync(home, { recursive: true, force: true });
});
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

console.log('| what | measured | wanted |');
console.log('|---|---|---|');
const row = (what, measured, wanted) => console.log(`| ${what} | ${measured} | ${wanted} |`);

// In one process.
const asked = spawnSync(path.join(release, 'examples/load'), ['live-token', '--count', '2000000'], { encoding: 'utf8' });
row('a live token from a warm store, in-process', `${JSON.parse(asked.stdout).ns.toFixed(0)} ns`, '<= 1000 ns');

// A virtual cloud with many Homeys, and a store that one of them was signed in to.
const emulator = spawn(housekey, ['emulate', '--json', '--devices', '0', '--homeys', String(homeys)], { stdio: ['ignore', 'pipe', 'inherit'] });
children.push(emulator);
let text = '';
for await (const chunk of emulator.stdout) {
  text += chunk;
  if (text.includes('\n')) break;
}
const facts = JSON.parse(text);
const env = {
  PATH: process.env.PATH,
  HOUSEKEY_CONFIG: path.join(home, 'config'),
  HOUSEKEY_STATE: path.join(home, 'state'),
  HOUSEKEY_ACCOUNTS_URL: facts.url,
  HOUSEKEY_API_URL: facts.url,
  HOUSEKEY_CLIENT_SECRET: facts.client_secret,
  HOUSEKEY_LOG: 'warn',
};
const run = (words, input = '') => {
  const done = spawnSync(housekey, words, { env, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.stderr}`);
  return done.stdout;
};
run(['login', '--quiet', '--name', 'h0', '--email', facts.email, '--client-id', facts.client_id, '--homey', facts.homeys[0].cloud_id, '--password-stdin'], facts.password);

// A process for each token.
const timed = (command) => {
  const begun = process.hrtime.bigint();
  const { status } = spawnSync(command[0], command.slice(1), { env, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${command[0]} ended with ${status}`);
  return Number(process.hrtime.bigint() - begun) / 1e6;
};
const pairs = Array.from({ length: rounds + 1 }, () => [timed([housekey, 'token']), timed(['true'])]).slice(1);
const ratio = median(pairs.map(([ours, theirs]) => ours / theirs));
row('`housekey token` beside `true`', `${median(pairs.map(([ours]) => ours)).toFixed(1)} ms, ratio ${ratio.toFixed(2)}`, '<= 3');

// The service, after a day on which it did not run: every session has ended.
const records = path.join(env.HOUSEKEY_STATE, 'credentials');
const template = JSON.parse(fs.readFileSync(path.join(records, 'homey-h0.json'), 'utf8'));
const ended = { issued_at: '2026-01-01T00:00:00Z', expires_at: '2026-01-02T00:00:00Z' };
const ask = async (name, body) => (await fetch(`${facts.url}/_emulator/${name}`, body && { method: 'POST', body: JSON.stringify(body) })).json();
const ticks = (pid) => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, n) => sum + Number(n), 0);
const rss = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

/** Starts the service for so many Homeys, and waits until every token is fresh; its process and how long that took. */
async function serve(count) {
  for (let nth = 0; nth < count; nth++) {
    const one = structuredClone(template);
    const { cloud_id: id, name: title } = facts.homeys[nth];
    Object.assign(one.homey, { name: `h${nth}`, id, title });
    Object.assign(one.homey.access.session, ended, { token: `made-up-${nth}` });
    fs.writeFileSync(path.join(records, `homey-h${nth}.json`), JSON.stringify(one), { mode: 0o600 });
  }
  const config = path.join(home, 'agent.toml');
  fs.writeFileSync(config, Array.from({ length: count }, (_, nth) => `[[homey]]\nname = "h${nth}"\n`).join(''));
  const before = (await ask('calls'))['users.login'];
  const begun = performance.now();
  const child = spawn(housekey, ['agent', 'run', '--config', config], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  while ((await ask('calls'))['users.login'] - before < count) await pause(50);
  const seconds = (performance.now() - begun) / 1000;
  await pause(3000);
  const logins = (await ask('calls'))['users.login'] - before;
  const status = JSON.parse(run(['agent', 'status', '--json']));
  const fresh = status.homeys.filter((one) => one.state === 'fresh').length;
  return { child, seconds, logins, fresh };
}
const stop = (child) => new Promise((done) => { child.once('exit', done); child.kill('SIGTERM'); });

const alone = await serve(1);
const base = rss(alone.child.pid);
await stop(alone.child);
await ask('fault', { match: '*', delay_ms: delayMs, times: 1_000_000_000 });
const all = await serve(homeys);
row(`renewal of all ${homeys} Homeys, each answer ${delayMs} ms away`, `${all.seconds.toFixed(1)} s: ${all.logins} log-ins, ${all.fresh} tokens fresh`, '<= 60 s');
row('memory for each Homey', `${((rss(all.child.pid) - base) / (homeys - 1)).toFixed(1)} KB (${(base / 1024).toFixed(1)} MB with one Homey)`, '<= 64 KB');
const before = ticks(all.child.pid);
await pause(idleSeconds * 1000);
const busy = (ticks(all.child.pid) - before) / 100 / idleSeconds;
row(`CPU when idle, over ${idleSeconds} s`, `${(busy * 100).toFixed(3)} % of a core`, '< 0.2 %');
await stop(all.child);
process.exit(0);

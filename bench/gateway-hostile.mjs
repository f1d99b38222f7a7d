#!/usr/bin/env node
// Ten thousand connections that say nothing and a thousand hostile ones at the gateway, while honest callers go on
// and the token is renewed in the middle. Tells what the honest ones noticed, and the memory of the agent.
//
//   cargo build --release --locked
//   node bench/gateway-hostile.mjs [--idle 10000] [--hostile 1000] [--honest 50] [--seconds 20]
//
// The hostile ones come from a process of their own and from 127.0.0.2 to 127.0.0.9, the honest ones from 127.0.0.1
// and, a tenth of them, from one of those addresses. Each process needs the open files: see `ulimit -Hn`.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(here));
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : Number(process.argv[at + 1]);
};
const idle = option('idle', 10_000);
const hostile = option('hostile', 1000);
const honest = option('honest', 50);
const seconds = option('seconds', 20);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const far = (number) => `127.0.0.${2 + (number % 8)}`;

if (process.argv.includes('--attack')) await attack(option('attack'));
else await measure();

// Connections that are closed come back, each after a while.
async function attack(port) {
  const upgrade = 'GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n'
    + 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  const ask = 'GET /api/manager/devices/device HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
  const kinds = {
    neverReads: (socket) => { socket.pause(); fill(socket, ask.repeat(50)); },
    trickles: (socket) => every(socket, 1000, 'G'),
    floods: (socket) => { socket.write(upgrade); socket.resume(); fill(socket, Buffer.concat(Array(50).fill(ping))); },
    halfOpen: (socket) => { socket.write(ask.slice(0, 30)); socket.resume(); },
  };
  const every = (socket, ms, text) => {
    socket.resume();
    const timer = setInterval(() => socket.write(text), ms);
    socket.on('close', () => clearInterval(timer));
  };
  const fill = (socket, bytes) => {
    const more = () => { while (!socket.destroyed && socket.write(bytes)); };
    socket.on('drain', more);
    more();
  };
  const counts = { opened: 0, open: 0 };
  const connect = (number, act, again) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress: far(number) }, () => {
      counts.opened++; counts.open++;
      socket.on('close', () => { counts.open--; });
      act(socket);
    });
    socket.on('error', () => {});
    socket.on('close', () => { if (again) setTimeout(() => connect(number, act, again), again); });
  };
  const acts = Object.values(kinds);
  for (let number = 0; number < idle; number++) {
    connect(number, (socket) => socket.resume(), 0);
    if (number % 100 === 0) await sleep(5);
  }
  for (let number = 0; number < hostile; number++) connect(number, acts[number % acts.length], 2000);
  console.log('ready');
  process.stdin.on('end', () => { console.log(JSON.stringify(counts)); process.exit(0); }).resume();
}

async function measure() {
  process.env.HOUSEKEY_BIN ??= path.join(root, 'target/release/housekey');
  const { Emulator } = await import('../conformance/emulator.mjs');
  const { Gateway } = await import('../conformance/gateway.mjs');
  const emulator = await Emulator.start('--devices', '10');
  const gateway = await Gateway.start(emulator);
  let attacker;
  process.on('exit', () => attacker?.kill('SIGKILL'));
  const key = await gateway.key('honest', 'readonly');
  const port = Number((await gateway.run(['agent', 'status', '--jq', '.listen'])).trim().split(':').at(-1));
  const memory = () => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))[1]) / 1024;
  const logins = async () => (await (await fetch(`${emulator.url}/_emulator/calls`)).json())['users.login'] ?? 0;

  const told = new Map();
  const ask = (agent, number) => new Promise((done) => {
    const localAddress = number % 10 === 0 ? far(number) : '127.0.0.1';
    const headers = { 'X-Housekey-Key': key };
    const options = { port, host: '127.0.0.1', localAddress, agent, headers, path: '/api/manager/zones/zone' };
    const request = http.request(options, (answer) => {
      answer.resume();
      answer.on('end', () => done(String(answer.statusCode))).on('error', (error) => done(error.code));
    });
    request.on('error', (error) => done(error.code ?? error.message));
    request.end();
  });
  // Ten requests a second each; half of them open a connection for each request.
  const round = async (ms) => {
    const end = Date.now() + ms;
    const latencies = [];
    const caller = async (number) => {
      const agent = number % 2 ? new http.Agent({ keepAlive: true, maxSockets: 1 }) : new http.Agent({ keepAlive: false });
      await sleep(Math.random() * 100);
      while (Date.now() < end) {
        const begun = performance.now();
        const outcome = await ask(agent, number);
        latencies.push(performance.now() - begun);
        told.set(outcome, (told.get(outcome) ?? 0) + 1);
        await sleep(Math.max(0, 100 - (performance.now() - begun)));
      }
      agent.destroy();
    };
    await Promise.all(Array.from({ length: honest }, (_, number) => caller(number)));
    latencies.sort((a, b) => a - b);
    return { count: latencies.length, p50: latencies[latencies.length >> 1], p99: latencies[Math.floor(latencies.length * 0.99)] };
  };
  const shown = ({ count, p50, p99 }) => `${count} requests, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;

  await round(1000);
  const quiet = await round(seconds * 500);
  console.log(`quiet: ${shown(quiet)}, ${memory().toFixed(1)} MB`);
  const flags = ['--attack', port, '--idle', idle, '--hostile', hostile].map(String);
  attacker = spawn(process.execPath, [here, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  attacker.stdout.on('data', (chunk) => { said += chunk; });
  while (!said.includes('ready')) await sleep(50);
  let most = 0;
  const watching = setInterval(() => { most = Math.max(most, memory()); }, 200);
  const before = await logins();
  let renewed;
  const renewal = (async () => {
    await sleep(seconds * 500);
    await emulator.expire('session');
    const begun = performance.now();
    while (await logins() === before) await sleep(5);
    renewed = performance.now() - begun;
  })();
  const attacked = await round(seconds * 1000);
  await Promise.race([renewal, sleep(30_000)]);
  const connected = (await gateway.run(['agent', 'status', '--jq', '.gateway.connections'])).trim();
  const tripped = (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).match(/security_events_total\{event="limit_reached"\} (\d+)/)?.[1];
  clearInterval(watching);
  attacker.stdin.end();
  await new Promise((done) => { attacker.once('exit', done); });
  console.log(`attacked: ${shown(attacked)}, at most ${most.toFixed(1)} MB, ${connected} connected, ${tripped} sent away`);
  console.log(`hostile side: ${said.trim().split('\n').at(-1)}`);
  console.log(`the token was renewed ${renewed?.toFixed(0)} ms after it had ended; live connections at the Homey: ${(await (await fetch(`${emulator.url}/_emulator/calls`)).json())['realtime.open'] ?? 0}`);
  console.log('outcomes of the honest callers:', Object.fromEntries(told));
  const ratio = attacked.p99 / quiet.p99;
  console.log(`p99 is ${ratio.toFixed(2)} times the quiet one (3 wanted)`);
  await gateway.stop();
  await emulator.stop();
  const good = told.size === 1 && told.has('200') && ratio <= 3 && most <= 120 && renewed < 5000;
  process.exit(good ? 0 : 1);
}

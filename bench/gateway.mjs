#!/usr/bin/env node
// Measures the gateway beside nginx, haproxy and caddy, all putting a token in, against the same upstream on the
// same cores, and prints each figure with its ratio against no proxy at all.
//
//   cargo build --release --locked && cargo build --release --locked -p housekey-agent --example upstream
//   node bench/gateway.mjs [--rounds 7] [--seconds 2] [--connections 1,32] [--sizes small,large]
//
// Needs wrk and taskset; proxies that are not installed are left out. The proxy has the first core to itself,
// load and upstream share the second. Peers take turns within a round.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : process.argv[at + 1];
};
const rounds = Number(option('rounds', 7));
const seconds = option('seconds', '2');
const [proxyCore, loadCore] = ['0', '1'];
const housekey = path.join(root, 'target/release/housekey');
const upstreamProgram = path.join(root, 'target/release/examples/upstream');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'housekey-gateway-'));
const running = [];
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  fs.rmSync(home, { recursive: true, force: true });
});

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const write = (name, text) => {
  const file = path.join(home, name);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
};
const freePort = () => new Promise((done) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});
function start(core, command, env = {}) {
  const child = spawn('taskset', ['-c', core, ...command], {
    env: { PATH: process.env.PATH, HOME: home, ...env }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  return child;
}
async function upstream(core, ...further) {
  const child = start(core, [upstreamProgram, ...further]);
  for await (const chunk of child.stdout) return String(chunk).trim();
  throw new Error('the upstream ended');
}
async function answers(port) {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise((done) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); done(true); });
      socket.on('error', () => done(false));
    });
    if (open) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nothing answers at port ${port}`);
}

const token = 'bench-token';
const behind = await upstream(loadCore);
const direct = await upstream(proxyCore, '--open');

/** Each writes its settings for a port and gives its command and environment. */
const proxies = {
  housekey(port) {
    write('state/credentials/homey-bench.json', JSON.stringify({
      housekey: 1,
      homey: {
        name: 'bench', title: 'Bench', id: 'bench', dialect: 'local',
        addresses: { localUrl: `http://${behind}/` }, access: { kind: 'api-key', key: token },
      },
    }));
    const settings = write('agent.toml', `listen = "127.0.0.1:${port}"\nrequire_key = false\n[[homey]]\nname = "bench"\nin_flight = 64\n`);
    const env = { HOUSEKEY_STATE: path.join(home, 'state'), HOUSEKEY_CONFIG: home, HOUSEKEY_LOG: 'error' };
    return [[housekey, 'agent', 'run', '--config', settings], env];
  },
  nginx(port) {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${home}/n-${kind};`).join(' ');
    const settings = write('nginx.conf', `daemon off; master_process off; worker_processes 1; pid ${home}/nginx.pid; error_log stderr error;
events { worker_connections 1024; }
http { access_log off; ${temporary} keepalive_requests 100000000;
 upstream behind { server ${behind}; keepalive 64; keepalive_requests 100000000; }
 server { listen 127.0.0.1:${port}; location / { proxy_pass http://behind; proxy_http_version 1.1;
  proxy_set_header Connection ""; proxy_set_header Authorization "Bearer ${token}"; } } }\n`);
    return [['nginx', '-p', home, '-c', settings], {}];
  },
  haproxy(port) {
    const settings = write('haproxy.cfg', `global\n nbthread 1\n maxconn 1000
defaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n http-reuse always
frontend front\n bind 127.0.0.1:${port}\n http-request set-header Authorization "Bearer ${token}"\n default_backend behind
backend behind\n server one ${behind}\n`);
    return [['haproxy', '-db', '-f', settings], {}];
  },
  caddy(port) {
    const settings = write('Caddyfile', `{\n admin off\n auto_https off\n log {\n  level ERROR\n }\n}
http://127.0.0.1:${port} {\n bind 127.0.0.1\n reverse_proxy ${behind} {\n  header_up Authorization "Bearer ${token}"\n }\n}\n`);
    return [['caddy', 'run', '--config', settings, '--adapter', 'caddyfile'], { GOMAXPROCS: '1' }];
  },
};

const peers = [['direct', direct, null]];
for (const [name, settings] of Object.entries(proxies)) {
  if (name !== 'housekey' && !has(name)) continue;
  const port = await freePort();
  const [command, env] = settings(port);
  const child = start(proxyCore, command, env);
  await answers(port);
  peers.push([name, `127.0.0.1:${port}`, child.pid]);
}

/** Processor time of a process so far, in seconds, and its memory now, in MB. */
const used = (pid) => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
  .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
const memory = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

function measure(where, file, connections, pid) {
  const before = pid ? used(pid) : 0;
  const done = spawnSync('taskset', ['-c', loadCore, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', `http://${where}/api/${file}`], { encoding: 'utf8' });
  const text = done.stdout;
  if (done.status !== 0 || /Non-2xx/.test(text)) throw new Error(`${where}: ${text}${done.stderr}`);
  const [, late, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text);
  const requests = Number(/(\d+) requests in/.exec(text)[1]);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]),
    p99: Number(late) * { us: 1e-3, ms: 1, s: 1e3 }[unit],
    cpu: pid ? ((used(pid) - before) / requests) * 1e6 : NaN,
    memory: pid ? memory(pid) : NaN,
  };
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
for (const file of option('sizes', 'small,large').split(',')) {
  for (const connections of option('connections', '1,32').split(',').map(Number)) {
    const values = new Map(peers.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, where, pid] of peers) values.get(name).push(measure(where, file, connections, pid));
    }
    console.log(`\n${file} answers, ${connections} connection(s): requests/s, of direct, p99 in ms, CPU for each in us, memory in MB`);
    for (const [name] of peers) {
      const of = (key) => median(values.get(name).map((value) => value[key]));
      const ratio = median(values.get(name).map((value, round) => value.rate / values.get('direct')[round].rate));
      const figures = [of('rate').toFixed(0), ratio.toFixed(3), of('p99').toFixed(2), of('cpu').toFixed(1), of('memory').toFixed(1)];
      console.log([name.padEnd(9), ...figures.map((figure) => figure.padStart(9))].join(' '));
    }
  }
}
process.exit(0);

#!/usr/bin/env node
// Two hundred calls at once whose tokens are refused: our library beside the vendor's client, in one run,
// against the virtual Homey. Prints one table. See README.md.
//
//   cargo build --release --locked && cargo build --release --locked -p housekey --example load
//   (cd conformance && npm ci)
//   node bench/storm.mjs [--calls 200] [--json FILE] [--modules DIR]
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : process.argv[at + 1];
};
const calls = option('calls', '200');
const modules = path.resolve(option('modules', path.join(root, 'conformance/node_modules')));
const release = path.join(root, 'target', process.env.PROFILE ?? 'release');

const scenarios = {
  plain: 'session refused',
  'cloud-too': 'session and account token refused',
  spread: 'session refused, calls spread over time',
  'slow-login': 'session refused, slow login',
  'cloud-only': 'account token refused, calls to the cloud',
  'login-503-once': 'session refused, login answers 503 once',
};
const peers = {
  housekey: [path.join(release, 'examples/load')],
  'homey-api': [process.execPath, path.join(here, 'homey-api-storm.cjs')],
};

const emulator = spawn(path.join(release, 'housekey'), ['emulate', '--json', '--devices', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => emulator.kill());
let text = '';
for await (const chunk of emulator.stdout) {
  text += chunk;
  if (text.includes('\n')) break;
}
const { url } = JSON.parse(text);

const rows = [];
console.log('| storm | client | lost | logins | refreshes | refused | ms | afterwards |');
console.log('|---|---|---|---|---|---|---|---|');
for (const [scenario, what] of Object.entries(scenarios)) {
  for (const [name, [program, ...first]] of Object.entries(peers)) {
    const done = spawnSync(program, [...first, 'storm', '--address', url, '--count', calls, '--scenario', scenario], {
      env: { ...process.env, HOMEY_API: path.join(modules, 'homey-api') },
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (done.status !== 0) throw new Error(`${name} ${scenario}: ${done.stderr}`);
    const row = { name, ...JSON.parse(done.stdout.trim().split('\n').at(-1)) };
    rows.push(row);
    const refused = row.homey_401 + row.cloud_401;
    console.log(`| ${what} | ${name} | ${row.lost} | ${row.logins} | ${row.oauth_refreshes} | ${refused} | ${Math.round(row.ms)} | ${row.call_afterwards} |`);
  }
}
const file = option('json');
if (file) fs.writeFileSync(file, JSON.stringify(rows, null, 1));
process.exit(0);

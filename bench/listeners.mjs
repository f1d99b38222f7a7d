#!/usr/bin/env node
// Thousands who listen to /events of the gateway: whether each gets every event, what a listener costs in
// memory, and how long it takes until the last one has all. One run, against the virtual Homey.
//
//   cargo build --release --locked && cargo build --release --locked -p housekey-agent --example listeners
//   node bench/listeners.mjs [--listeners 5000] [--events 1000] [--rounds 5] [--bin target/release/housekey]
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : process.argv[at + 1];
};
const count = Number(option('listeners', 5000));
const events = Number(option('events', 1000));
const rounds = Number(option('rounds', 5));
process.env.HOUSEKEY_BIN = path.resolve(option('bin', path.join(root, 'target/release/housekey')));
const { Emulator } = await import('../conformance/emulator.mjs');
const { Gateway } = await import('../conformance/gateway.mjs');

const emulator = await Emulator.start();
const gateway = await Gateway.start(emulator);
const key = await gateway.key('bench', 'readonly');
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))[1]);

/** Processor time of the gateway so far, in seconds. */
const used = () => fs.readFileSync(`/proc/${gateway.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
  .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);

const before = rss();
const listeners = spawn(path.join(root, 'target/release/examples/listeners'), [gateway.host, count, events], {
  env: { HOUSEKEY_KEY: key }, stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = readline.createInterface({ input: listeners.stdout })[Symbol.asyncIterator]();
const said = async () => {
  const { value, done } = await lines.next();
  if (done) throw new Error('the listeners ended');
  return value;
};
await said();
// What was made ready for them to begin is given back by then.
await new Promise((go) => setTimeout(go, 2000));
const each = () => ((rss() - before) / count).toFixed(1);
console.log(`${count} listeners: ${each()} KB each when nothing happens`);

for (let round = 1; round <= rounds; round += 1) {
  const [before_cpu, begun] = [used(), performance.now()];
  await emulator.emit(events);
  await said();
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `round ${round}: ${events} events to all within ${seconds.toFixed(2)} s: ${Math.round(events / seconds)} events/s, `
    + `${((events * count) / seconds / 1e6).toFixed(2)} million deliveries/s; `
    + `CPU ${(((used() - before_cpu) / (events * count)) * 1e6).toFixed(2)} us for each; ${each()} KB each`,
  );
}
// Whatever is still on its way comes.
await new Promise((go) => setTimeout(go, 1000));
listeners.stdin.end();
const end = JSON.parse(await said());
console.log(`${end.events} events; got another number: ${end.other}, told of something missed: ${end.gaps}, cut off: ${end.closed}`);
await gateway.stop();
await emulator.stop();

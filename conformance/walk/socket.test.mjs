// Every read of the vendor's own specification once more, over the live connection: the client gets there what
// it gets over HTTP, refusals too.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { homeyOf, signedIn } from '../client.mjs';
import { Emulator } from '../emulator.mjs';
import { Things } from './arguments.mjs';
import { furnish } from './items.mjs';
import { keep } from './results.mjs';
import { DIALECTS, operationsOf, readsOf } from './specification.mjs';

// What changes between two reads is read again.
const TRIES = 3;

for (const dialect of DIALECTS) {
  describe(`every read over the live connection of a Homey of the dialect ${dialect}, by manager`, () => {
    const reads = readsOf(dialect);
    let same = 0;
    let emulator;
    let plain;
    let live;
    let things;
    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      plain = await homeyOf(await signedIn(emulator));
      live = await homeyOf(await signedIn(emulator));
      things = new Things(plain, reads, await furnish(plain, operationsOf(dialect)));
      await live.connect();
    });
    after(async () => {
      plain?.destroy();
      live?.destroy();
      await emulator?.stop();
      await keep(`socket-${dialect}`, { 'as over HTTP': `${same} of ${reads.length}` });
    });

    for (const manager of new Set(reads.map((read) => read.manager))) {
      it(manager, async () => {
        for (const read of reads.filter((one) => one.manager === manager)) {
          for (const { values } of await things.argumentsFor(read)) await compare(read, values);
          same += 1;
        }
      });
    }

    async function compare({ id, manager, name }, values) {
      // A copy, since the client takes what it is given apart.
      const ask = (homey) => homey[manager][name]({ ...values }).then(
        (answer) => ({ answer: settled(JSON.parse(JSON.stringify(answer ?? null))) }),
        ({ statusCode, message }) => ({ statusCode, message }),
      );
      for (let tried = 1; ; tried += 1) {
        const expected = await ask(plain);
        let told;
        const calls = await emulator.callsDuring(async () => { told = await ask(live); });
        assert.equal(calls('realtime.call'), 1, `${id} went another way`);
        try {
          return assert.deepEqual(told, expected, id);
        } catch (error) {
          if (tried === TRIES) throw error;
        }
      }
    }
  });
}

/** A value without its numbers and times, which pass. */
function settled(value) {
  if (Array.isArray(value)) return value.map(settled);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, settled(one)]));
  }
  if (typeof value === 'number') return 'a number';
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? 'a time' : value;
}

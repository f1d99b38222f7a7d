// Every read of the vendor's own specification once more, over the live connection: the client gets there what
// it gets over HTTP, refusals too.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { homeyOf, signedIn } from '../client.mjs';
import { Emulator } from '../emulator.mjs';
import { Things } from './arguments.mjs';
import { furnish } from './items.mjs';
import { DIALECTS, operationsOf, readsOf } from './specification.mjs';

// What changes between two reads is read again.
const TRIES = 3;

for (const dialect of DIALECTS) {
  describe(`every read over the live connection of a Homey of the dialect ${dialect}, by manager`, () => {
    const reads = readsOf(dialect);
    let emulator;
    let homey;
    let things;
    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      homey = await homeyOf(await signedIn(emulator));
      things = new Things(homey, reads, await furnish(homey, operationsOf(dialect)));
      await homey.connect();
    });
    after(async () => {
      homey?.destroy();
      await emulator?.stop();
    });

    for (const manager of new Set(reads.map((read) => read.manager))) {
      it(manager, async () => {
        for (const read of reads.filter((one) => one.manager === manager)) {
          const sets = await things.argumentsFor(read);
          let asked = 0;
          const calls = await emulator.callsDuring(async () => {
            for (const { values } of sets) asked += await compare(read, values);
          });
          assert.equal(calls('realtime.call'), asked, `${read.id} went another way`);
        }
      });
    }

    /** How often it had to be asked for over the live connection. */
    async function compare({ id, manager, name }, values) {
      const ask = ($socket) => homey[manager][name]({ ...values, $socket, $cache: false }).then(
        (answer) => ({ answer: settled(JSON.parse(JSON.stringify(answer ?? null))) }),
        ({ statusCode, message }) => ({ statusCode, message }),
      );
      for (let asked = 1; ; asked += 1) {
        const expected = await ask(false);
        const told = await ask(true);
        try {
          assert.deepEqual(told, expected, id);
          return asked;
        } catch (error) {
          if (asked === TRIES) throw error;
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

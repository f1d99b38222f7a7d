// Every read of the vendor's own specification, through the vendor's client: it is answered so that the
// client can work with it, or refused as not modelled, by name.
import { after, before, describe, it } from 'node:test';

import { homeyOf, signedIn } from '../client.mjs';
import { Emulator } from '../emulator.mjs';
import { Things } from './arguments.mjs';
import { furnish } from './items.mjs';
import { outcomeOf } from './outcome.mjs';
import { keep } from './results.mjs';
import { DIALECTS, operationsOf, readsOf } from './specification.mjs';

for (const dialect of DIALECTS) {
  describe(`every read of a Homey of the dialect ${dialect}, by manager`, () => {
    const reads = readsOf(dialect);
    const outcomes = {};
    let emulator;
    let walk;
    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      const homey = await homeyOf(await signedIn(emulator));
      const made = await furnish(homey, operationsOf(dialect));
      walk = { homey, dialect, things: new Things(homey, reads, made) };
    });
    after(async () => {
      walk?.homey.destroy();
      await emulator?.stop();
      await keep(`reads-${dialect}`, outcomes);
    });

    for (const manager of new Set(reads.map((read) => read.manager))) {
      it(manager, async () => {
        for (const read of reads.filter((one) => one.manager === manager)) {
          try {
            outcomes[read.id] = await outcomeOf(walk, read);
          } catch (cause) {
            throw new Error(`${read.id}: ${cause.message}`, { cause });
          }
        }
      });
    }
  });
}

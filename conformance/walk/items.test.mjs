// Every item of the vendor's own specification that can be made, changed or deleted, through its whole
// life, by the vendor's client: over HTTP, and over the live connection.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { homeyOf, signedIn } from '../client.mjs';
import { Emulator } from '../emulator.mjs';
import { MADE_UP } from './arguments.mjs';
import { recipeOf, withRoot } from './items.mjs';
import { isNotModelled } from './outcome.mjs';
import { keep } from './results.mjs';
import { DIALECTS, operationsOf } from './specification.mjs';

const WRITES = ['createOne', 'updateOne', 'deleteOne'];

// What it was over HTTP, by dialect.
const found = {};

for (const [dialect, live] of DIALECTS.flatMap((dialect) => [[dialect, false], [dialect, true]])) {
  const way = live ? 'the live connection' : 'HTTP';
  describe(`the life of each item on a Homey of the dialect ${dialect}, over ${way}`, () => {
    const operations = operationsOf(dialect);
    const written = operations.filter(({ kind }) => WRITES.includes(kind));
    const outcomes = {};
    let emulator;
    let homey;
    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      homey = await homeyOf(await signedIn(emulator));
      if (live) await homey.connect();
    });
    after(async () => {
      homey?.destroy();
      await emulator?.stop();
      if (!live) await keep(`items-${dialect}`, outcomes);
    });

    for (const item of new Set(written.map((operation) => operation.item))) {
      it(item, async () => {
        const of = operations.filter((operation) => operation.item === item);
        const calls = await emulator.callsDuring(async () => {
          outcomes[item] = recipeOf(item) ? await life(of, recipeOf(item)) : await nothing(of);
        });
        assert.equal(calls('realtime.call') > 0, live);
        if (live) assert.equal(outcomes[item], found[dialect][item]);
        else (found[dialect] ??= {})[item] = outcomes[item];
      });
    }

    /** The steps an item was taken through, as text. */
    async function life(of, recipe) {
      const steps = [];
      const call = ({ manager, name }, values) => homey[manager][name](values);
      const operation = (kind) => of.find((one) => one.kind === kind);
      const [create, change, erase] = WRITES.map(operation);
      const [readOne, readAll] = ['getOne', 'getAll'].map(operation);
      const address = (made) => recipe.address?.(made, dialect) ?? { id: made.id };

      let expected = recipe.body ? await recipe.body(homey) : {};
      const made = create
        ? await call(create, withRoot(create.parameters, expected))
        : await recipe.made(homey, emulator);
      if (create) {
        steps.push('create');
        holds(made, expected);
      }
      await isThere();

      if (change) {
        const changed = { ...address(made), ...withRoot(change.parameters, recipe.change) };
        try {
          holds(await call(change, changed), recipe.change);
          expected = { ...expected, ...recipe.change };
          steps.push('update');
        } catch (error) {
          if (!isNotModelled(error, change)) throw error;
        }
        await isThere();
      }

      if (erase) {
        await call(erase, address(made));
        steps.push('delete');
      } else {
        await recipe.unmade(homey, made);
      }
      if (readAll) assert.equal((await call(readAll))[made.id], undefined);
      if (readOne) await assert.rejects(call(readOne, { id: made.id }), { statusCode: 404 });
      if (erase) await assert.rejects(call(erase, address(made)), { statusCode: 404 });
      return steps.join(', ');

      async function isThere() {
        if (readOne) holds(await call(readOne, { id: made.id }), { id: made.id, ...expected });
        if (readAll) holds((await call(readAll))[made.id], { id: made.id, ...expected });
      }
    }

    /** Of what no home has any, and none can be made: it says so, or is not modelled at all. */
    async function nothing(of) {
      for (const { id, manager, name, kind } of of.filter((one) => WRITES.includes(one.kind))) {
        await assert.rejects(homey[manager][name]({ id: MADE_UP }), (error) =>
          isNotModelled(error, { id }) || (kind === 'deleteOne' && error.statusCode === 404));
      }
      return 'none to be had';
    }
  });
}

/** Whether a value has all that is expected of it, at any depth; it may have more. */
function holds(value, expected, path = '') {
  if (expected === null || typeof expected !== 'object') return assert.equal(value, expected, path);
  for (const [key, one] of Object.entries(expected)) holds(value?.[key], one, `${path}/${key}`);
}

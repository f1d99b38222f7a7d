// One read of every manager that the vendor's tool has a command for: it prints what the vendor's client, which
// the walk judges, makes of the same answer.
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, before, describe, it } from 'node:test';

import { homeyOf, localHomey, signedIn } from '../client.mjs';
import { Emulator } from '../emulator.mjs';
import { Things } from '../walk/arguments.mjs';
import { keep } from '../walk/results.mjs';
import { readsOf } from '../walk/specification.mjs';
import { Refused, Tool, withKey } from './tool.mjs';

// A key is of newer Homeys alone, and the tool speaks with them as the client does with `local`.
const TARGETS = {
  v2: { dialect: 'v2', signedIn: true },
  local: { dialect: 'local', signedIn: true },
  cloud: { dialect: 'cloud', signedIn: true },
  key: { dialect: 'local', signedIn: false },
};

// Read where a manager has nothing else to be read.
const LEAST = ['ping', 'getState'];

const schema = await schemaOfTool();

for (const [target, { dialect, signedIn: inCloud }] of Object.entries(TARGETS)) {
  describe(`a read of every manager by the vendor's tool: ${target}`, { concurrency: availableParallelism() }, () => {
    const outcomes = {};
    let emulator;
    let homey;
    let tool;
    let flags = [];
    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      tool = await Tool.installed(emulator);
      if (inCloud) {
        homey = await homeyOf(await signedIn(emulator));
        await tool.logIn();
        await tool.run('select', '--id', emulator.cloud_id);
        // From here on it has a session, which the copies share.
        await tool.json('api', 'users', 'get-user-me');
      } else {
        homey = await localHomey(emulator);
        flags = withKey(emulator);
      }
    });
    after(async () => {
      homey?.destroy();
      await tool?.remove();
      await emulator?.stop();
      await keep(`tool-reads-${target}`, outcomes);
    });

    for (const read of oneOfEach(dialect)) {
      const { manager, name } = read;
      const command = ['api', kebab(manager), kebab(name)];
      it(command.join(' '), async () => {
        const own = inCloud ? await tool.copy() : await Tool.installed(emulator);
        try {
          outcomes[command.join(' ')] = await outcome(own);
        } finally {
          await own.remove();
        }
      });

      async function outcome(own) {
        const [{ values, madeUp }] = await new Things(homey, readsOf(dialect), {}).argumentsFor(read);
        const told = Object.entries(values).flatMap(([key, value]) => [`--${kebab(key)}`, String(value)]);
        const words = [...command, ...told, ...flags];
        const expected = await homey[manager][name](values).catch((error) => error);
        if (expected?.statusCode === 501) {
          await assert.rejects(own.json(...words), (error) =>
            error instanceof Refused && error.said.includes(`${manager}.${name}`));
          return 'no state';
        }
        if (madeUp && expected?.statusCode === 404) {
          await assert.rejects(own.json(...words), Refused);
          return 'nothing there';
        }
        if (expected instanceof Error) throw expected;
        const printed = await own.json(...words);
        assert.deepEqual(shape(printed), shape(JSON.parse(JSON.stringify(expected))));
        return 'ok';
      }
    }
  });
}

/** The managers and operations that the tool has commands for, as it tells them itself. */
async function schemaOfTool() {
  const tool = await Tool.installed({});
  try {
    return (await tool.json('api', 'schema')).managers;
  } finally {
    await tool.remove();
  }
}

/** For each manager that a Homey of the dialect and the tool both have, the read that tells most. */
function oneOfEach(dialect) {
  const rank = ({ name, kind, parameters }) => [
    // `false` comes before `true`.
    LEAST.includes(name),
    Object.values(parameters).some(({ required }) => required),
    name.startsWith('getOption'),
    kind !== 'getAll',
    name,
  ].map(String).join(' ');
  return Object.values(schema).flatMap(({ idCamelCase, operations }) => readsOf(dialect)
    .filter(({ manager, name }) => manager === idCamelCase && name in operations)
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1))
    .slice(0, 1));
}

/** As the tool has it: `getZones` is `get-zones`. */
function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A value without what passes with time: types in place of texts and numbers, lists whatever their length. */
function shape(value) {
  if (Array.isArray(value)) return [...new Set(value.map((one) => JSON.stringify(shape(one))))].sort();
  if (value === null || typeof value !== 'object') return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)]));
}

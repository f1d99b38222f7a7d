// One read, called with everything that the home has for it, and judged.
import assert from 'node:assert/strict';

import { judgeList, judgeOne } from './judge.mjs';

/** Whether an operation was refused as not modelled, by its name. */
export function isNotModelled(error, { id }) {
  return error.statusCode === 501 && error.message.includes(id);
}

/**
 * `ok`; `nothing there`, where the home has none of it and says so; or `no state`, where it is refused
 * as not modelled. Whatever else happens is thrown.
 */
export async function outcomeOf({ homey, dialect, things }, read) {
  let outcome;
  for (const { values, madeUp } of await things.argumentsFor(read)) {
    outcome = await asked(homey, dialect, read, values, madeUp);
    if (outcome !== 'ok') break;
  }
  return outcome;
}

async function asked(homey, dialect, read, values, madeUp) {
  let answer;
  try {
    // A copy, since the client takes what it is given apart.
    answer = await homey[read.manager][read.name]({ ...values });
  } catch (error) {
    if (isNotModelled(error, read)) return 'no state';
    if (madeUp && error.statusCode === 404) return 'nothing there';
    throw error;
  }
  assert.ok(!madeUp, 'it answers for what there is not');
  // What is no JSON comes as text: a page of a web server, or nothing at all.
  if (typeof answer === 'string') assert.doesNotMatch(answer, /^\s*(<|$)/);
  if (read.kind === 'getAll') await judgeList(homey, dialect, read, answer);
  if (read.kind === 'getOne') judgeOne(dialect, read, values, answer);
  return 'ok';
}

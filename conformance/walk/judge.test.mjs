// What the walk is worth: each of these answers has to be found wrong.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { homeyOf, signedIn } from '../client.mjs';
import { Emulator } from '../emulator.mjs';
import { Things } from './arguments.mjs';
import { outcomeOf } from './outcome.mjs';
import { readsOf } from './specification.mjs';

describe('the walk does not accept', () => {
  const dialect = 'local';
  const reads = readsOf(dialect);
  let emulator;
  let homey;
  before(async () => {
    emulator = await Emulator.start('--dialect', dialect);
    homey = await homeyOf(await signedIn(emulator));
  });
  after(async () => {
    homey?.destroy();
    await emulator?.stop();
  });

  const outcome = (id) => {
    const walk = { homey, dialect, things: new Things(homey, reads, {}) };
    return outcomeOf(walk, reads.find((read) => read.id === id));
  };

  it('nothing of this, as long as nothing is wrong', async () => {
    assert.equal(await outcome('zones.getZones'), 'ok');
    await emulator.answerNext('zones.getState', 501, { error: 'zones.getState is not modelled' });
    assert.equal(await outcome('zones.getState'), 'no state');
    assert.equal(await outcome('videos.getVideoUrl'), 'nothing there');
  });

  const id = '5e000000-0000-4000-8000-000000000001';
  const zone = {
    id, name: 'Attic', parent: null, active: false, activeOrigins: [], activeLastUpdated: null, icon: 'attic',
  };
  const first = [200, { [id]: zone }];
  const wrong = {
    'nothing in place of a map': ['zones.getZones', [[200, null]], /zones\/zone\s+8 !== 0/],
    'a text in place of an item': ['zones.getZones', [[200, { [id]: 'Attic' }]], /undefined/],
    'a list in place of a map': ['zones.getZones', [first, [200, [zone]]], /list or map/],
    'a map in place of a list': ['flow.getFlowCardTriggers', [[200, []], [200, {}]], /list or map/],
    'an item under another key': ['zones.getZones', [first, [200, { attic: zone }]], /attic/],
    'an item that is lost with a slash at the end': ['zones.getZones', [first, first, [200, {}]], /zone\/$/m],
    'an item without an id': ['zones.getZones', [[200, { [id]: { ...zone, id: undefined } }]], /undefined/],
    'a field of another type': ['zones.getZones', [[200, { [id]: { ...zone, active: 'no' } }]], /active must be boolean/],
    'null for what is always there': ['zones.getZones', [[200, { [id]: { ...zone, name: null } }]], /name must be string/],
    'an item that was not asked for': ['zones.getZone', [[200, zone]], /5e000000/],
    'an empty text': ['system.getSystemName', [[200, '']], /not match/],
    'a refusal in the name of another operation': ['zones.getZones', [[501, { error: 'zones.getState' }]], /zones.getState/],
    'a refusal for want of a scope': ['zones.getZones', [[403, { error: 'Missing Scopes' }]], /Missing Scopes/],
    'that something real is not there': ['zones.getZone', [[404, { error: 'Not Found' }]], /Not Found/],
    'an answer for what there is not': ['videos.getVideoUrl', [[200, 'http://192.0.2.7/']], /what there is not/],
  };
  for (const [what, [operation, answers, verdict]] of Object.entries(wrong)) {
    it(what, async () => {
      for (const [status, body] of answers) await emulator.answerNext(operation, status, body);
      await assert.rejects(outcome(operation), verdict);
    });
  }
});

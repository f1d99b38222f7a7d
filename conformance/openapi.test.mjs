// The OpenAPI documents that housekey prints, judged by a validator that knows nothing of it: the
// official schema of OpenAPI 3.1, and the rules that no schema can express.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';

import { validate } from '@readme/openapi-parser';

function run(...words) {
  const program = process.env.HOUSEKEY_BIN;
  if (!program) throw new Error('HOUSEKEY_BIN is not set; `cargo xtask conformance` sets it');
  const output = execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return JSON.parse(output);
}

const documentOf = (dialect) => run('operations', '--openapi', '--dialect', dialect);

describe('the OpenAPI document', () => {
  for (const dialect of ['v2', 'local', 'cloud']) {
    it(`of ${dialect} is valid OpenAPI 3.1`, async () => {
      const document = documentOf(dialect);
      assert.match(document.openapi, /^3\.1\./);
      const verdict = await validate(document);
      assert.deepEqual(verdict.errors ?? [], []);
      assert.equal(verdict.valid, true);
    });

    it(`of ${dialect} has each operation of the list`, () => {
      const told = Object.values(documentOf(dialect).paths)
        .flatMap((path) => Object.values(path))
        .map((operation) => operation.operationId);
      const listed = run('operations', '--dialect', dialect, '--json').map(({ id }) => id);
      assert.deepEqual(told.sort(), listed.sort());
    });
  }

  // What the judge is worth: each of these has to be found.
  const breaks = {
    'a name in a path that nobody declares': (document) => {
      document.paths['/api/manager/devices/device/{id}'].get.parameters = [];
    },
    'an operation id that occurs twice': (document) => {
      document.paths['/api/manager/devices/device'].get.operationId = 'devices.getDevice';
    },
    'a reference that leads nowhere': (document) => {
      delete document.components.schemas.Device;
    },
    'a place that does not exist': (document) => {
      document.paths['/api/manager/devices/device/{id}'].get.parameters[0].in = 'somewhere';
    },
  };
  for (const [what, spoil] of Object.entries(breaks)) {
    it(`is not valid with ${what}`, async () => {
      const document = documentOf('local');
      spoil(document);
      assert.equal((await validate(document)).valid, false);
    });
  }
});

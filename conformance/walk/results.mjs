// What a run found, kept for docs/conformance.md: one file for each part, an object of texts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Does nothing where nobody asks for results. */
export async function keep(part, results) {
  const folder = process.env.HOUSEKEY_CONFORMANCE_RESULTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${part}.json`), JSON.stringify(results));
}

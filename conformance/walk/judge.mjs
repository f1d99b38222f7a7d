// Whether an answer is what the vendor's client can work with: it decodes it, finds the item it asked
// for, and finds in it what its own specification declares.
import assert from 'node:assert/strict';

import Ajv from 'ajv/dist/2020.js';

// Lists on the wire; every other collection is a map by id. The client takes either, but others who
// talk to Homeys do not.
const CARDS = ['FlowCardTrigger', 'FlowCardCondition', 'FlowCardAction'];
const LISTS = {
  v2: ['Capability', 'Driver', ...CARDS, 'FlowToken', 'Log'],
  local: ['Driver', ...CARDS, 'Log'],
  cloud: ['Driver', ...CARDS, 'Log'],
};

// Where real Homeys were seen to answer otherwise than the specification has it: item, and field.
const DECLARED_WRONG = {
  v2: {
    // The plain value, declared as an object.
    Device: [/^\/capabilitiesObj\/[^/]+\/value$/],
    FlowToken: [/^\/value$/],
    // The list of descriptors, declared as an object.
    FlowCardTrigger: [/^\/args$/],
    FlowCardCondition: [/^\/args$/],
    FlowCardAction: [/^\/args$/],
    // Of boolean logs it is a boolean.
    Log: [/^\/lastValue$/],
    // Times, declared as object and as boolean.
    Notification: [/^\/dateCreated$/],
    Session: [/^\/lastUsed$/],
    // The roles that can be given; the owner's cannot.
    User: [/^\/role$/],
  },
  local: { Image: [/^\/lastUpdated$/] },
  cloud: { Image: [/^\/lastUpdated$/] },
};

/** What a read that lists items answered, against the wire and the specification. */
export async function judgeList(homey, dialect, read, items) {
  for (const [key, item] of Object.entries(items)) {
    assert.equal(item.id, key);
    assert.doesNotMatch(key, /undefined|null|\[object/);
    judgeItem(dialect, read, item);
  }
  for (const path of [read.path.replace(/\/$/, ''), `${read.path.replace(/\/$/, '')}/`]) {
    const wire = await homey.call({ method: 'GET', path });
    assert.equal(Array.isArray(wire), LISTS[dialect].includes(read.item), `list or map at ${path}`);
    assert.equal(Object.keys(wire).length, Object.keys(items).length, path);
    if (Array.isArray(wire)) continue;
    for (const [key, item] of Object.entries(wire)) assert.equal(item.id, key, path);
  }
}

/** One item that a read was asked for by its id. */
export function judgeOne(dialect, read, { id, uri }, item) {
  // The settings of an app are all that there is to them.
  if (read.item !== 'AppSettings') assert.equal(item.id, uri && dialect === 'v2' ? `${uri}:${id}` : id);
  judgeItem(dialect, read, item);
}

const validators = new Map();

function judgeItem(dialect, read, item) {
  const key = `${dialect}/${read.manager}/${read.item}`;
  if (!validators.has(key)) validators.set(key, validatorOf(dialect, read));
  const validate = validators.get(key);
  // As it was sent: the client makes dates of some texts.
  if (validate(JSON.parse(JSON.stringify(item)))) return;
  const ignored = DECLARED_WRONG[dialect][read.item] ?? [];
  const wrong = validate.errors
    .filter(({ instancePath }) => !ignored.some((field) => field.test(instancePath)))
    .map(({ instancePath, message }) => `${instancePath} ${message}`);
  assert.deepEqual(wrong, [], `${read.item} ${item.id}`);
}

function validatorOf(dialect, { schema }) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  return ajv.compile(loosened(schema, dialect));
}

// Real items have more than is declared, ids that are not of the declared form, and on older Homeys
// null for what there is not. What is required is so on the wire, which the client has rearranged.
function loosened(schema, dialect) {
  if (Array.isArray(schema)) return schema.map((one) => loosened(one, dialect));
  if (schema === null || typeof schema !== 'object') return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !(
    key === '$schema' || key === 'format' || (key === 'pattern' && typeof value === 'string')
    || (key === 'additionalProperties' && value === false)
    || (key === 'required' && dialect === 'v2' && Array.isArray(value))
  ));
  const loose = Object.fromEntries(kept.map(([key, value]) => [key, loosened(value, dialect)]));
  if (dialect === 'v2' && typeof loose.type === 'string') loose.type = [loose.type, 'null'];
  return loose;
}

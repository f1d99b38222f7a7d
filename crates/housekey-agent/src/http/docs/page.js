// Reads what the key may call, lists it, and sends requests. Nothing is kept: the key stands
// in its field until the page is left.
'use strict';

const at = (id) => document.getElementById(id);
const make = (tag, text = '', properties = {}) =>
  Object.assign(document.createElement(tag), { textContent: text }, properties);

const base = () => (at('homey').value ? `/homeys/${encodeURIComponent(at('homey').value)}` : '');
const headers = () => (at('key').value ? { authorization: `Bearer ${at('key').value}` } : {});

at('with').addEventListener('submit', async (event) => {
  event.preventDefault();
  at('operations').replaceChildren();
  at('told').textContent = 'Asking…';
  try {
    const answer = await fetch(`${base()}/openapi.json`, { headers: headers() });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error_description);
    show(body);
  } catch (error) {
    at('told').textContent = error.message;
  }
});

at('words').addEventListener('input', () => {
  const words = at('words').value.toLowerCase().split(/\s+/);
  for (const section of document.querySelectorAll('section')) {
    const entries = [...section.querySelectorAll('details')];
    for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.text.includes(word));
    section.hidden = entries.every((entry) => entry.hidden);
  }
});

function show(api) {
  const groups = new Map();
  let count = 0;
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [tag] = operation.tags;
      if (!groups.has(tag)) groups.set(tag, make('section')).get(tag).append(make('h2', tag));
      groups.get(tag).append(entry(method.toUpperCase(), path, operation));
      count += 1;
    }
  }
  at('operations').replaceChildren(...groups.values());
  at('search').hidden = false;
  at('told').textContent = `${api.info.title}: ${count} operations`;
}

function entry(method, path, operation) {
  const details = make('details');
  const scopes = (operation.security ?? []).flatMap((one) => one.bearer ?? []);
  details.dataset.text = [method, path, operation.operationId, ...scopes].join(' ').toLowerCase();
  const summary = make('summary');
  summary.append(make('span', method, { className: 'method' }), make('code', path), ` ${operation.operationId}`);
  details.append(summary);
  // Most entries are never opened.
  details.addEventListener('toggle', () => details.append(...form(method, path, operation)), { once: true });
  return details;
}

function form(method, path, operation) {
  const form = make('form');
  const fields = (operation.parameters ?? []).map((parameter) => {
    const input = make('input', '', { required: parameter.required, title: parameter.description ?? '' });
    const label = make('label', `${parameter.name} (${parameter.in})`);
    label.append(input);
    form.append(label);
    return { ...parameter, input };
  });
  let body;
  if (operation.requestBody?.content?.['application/json']) {
    const { schema } = operation.requestBody.content['application/json'];
    body = make('textarea', JSON.stringify(example(schema), null, 2));
    const label = make('label', 'body');
    label.append(body);
    form.append(label);
  }
  form.append(make('button', 'Send'));
  const line = make('pre', '', { hidden: true });
  const answer = make('pre', '', { hidden: true });
  let listening;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    listening?.abort();
    listening = new AbortController();
    const { url, extra } = request(path, fields);
    const type = body ? { 'content-type': 'application/json' } : {};
    line.textContent = curl(method, url, body?.value);
    line.hidden = answer.hidden = false;
    answer.textContent = '…';
    try {
      await send(url, {
        method, headers: { ...headers(), ...type, ...extra }, body: body?.value, signal: listening.signal,
      }, answer);
    } catch (error) {
      if (error.name !== 'AbortError') answer.textContent = error.message;
    }
  });
  return [make('p', operation.description.replaceAll('`', '')), form, line, answer];
}

function request(path, fields) {
  const query = new URLSearchParams();
  const extra = {};
  let url = path;
  for (const { name, in: place, input } of fields) {
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (!input.value) continue;
    else if (place === 'query') query.append(name, input.value);
    else extra[name] = input.value;
  }
  return { url: base() + url + (query.size ? `?${query}` : ''), extra };
}

async function send(url, options, into) {
  const answer = await fetch(url, options);
  const type = answer.headers.get('content-type') ?? '';
  into.textContent = `${answer.status} ${answer.statusText}\n\n`;
  if (type.startsWith('text/event-stream')) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) into.append(part.value);
  } else if (type.startsWith('application/json')) {
    into.append(JSON.stringify(await answer.json(), null, 2));
  } else {
    into.append(await answer.text());
  }
}

function curl(method, url, body) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = ['curl', method === 'GET' ? '' : `-X ${method}`, '-H "Authorization: Bearer $KEY"'];
  if (body) parts.push("-H 'Content-Type: application/json'", `--data ${quoted(body)}`);
  return [...parts, quoted(location.origin + url)].filter(Boolean).join(' ');
}

/** A body with every key that is known, for people to fill in. */
function example(schema) {
  const [type] = [schema.type].flat();
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([key, inner]) => [key, example(inner)]));
  }
  return { string: '', number: 0, integer: 0, boolean: false, array: [], object: {} }[type] ?? null;
}

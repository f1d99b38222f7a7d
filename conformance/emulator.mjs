// The program under test: started for real, steered over `/_emulator/`, stopped by its handle.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

// What the line that says "ready" must hold, at least.
const KEYS = [
  'url', 'accounts_url', 'api_url', 'homey_url', 'email', 'password', 'otp_secret',
  'client_id', 'client_secret', 'redirect_uri', 'cloud_id', 'api_key',
];
const READY_LIMIT_MS = 20_000;
const WAIT_LIMIT_MS = 20_000;

export class Emulator {
  #child;

  /** Starts `housekey emulate` on a free port, with further flags, and waits until it is ready. */
  static async start(...flags) {
    const program = process.env.HOUSEKEY_BIN;
    if (!program) throw new Error('HOUSEKEY_BIN is not set; `cargo xtask conformance` sets it');
    const child = spawn(program, ['emulate', '--json', '--port', '0', ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      return new Emulator(child, JSON.parse(await firstLine(child)));
    } catch (cause) {
      child.kill();
      throw new Error(`\`housekey emulate ${flags.join(' ')}\` did not start`, { cause });
    }
  }

  constructor(child, ready) {
    const missing = KEYS.filter((key) => !(key in ready));
    if (missing.length) throw new Error(`not in its line: ${missing.join(', ')}`);
    this.#child = child;
    Object.assign(this, ready);
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  /** Makes tokens refused from now on: `session`, `access`, `refresh` or `all`. */
  expire(what) {
    return this.#steer('expire', { what });
  }

  /** Answers the next call of an operation with that status and body, whatever it asks for. */
  answerNext(operation, status, body) {
    return this.#steer('fault', { match: operation, status, body });
  }

  /** Moves the clock by which tokens expire. */
  advance(seconds) {
    return this.#steer('clock', { advance_s: seconds });
  }

  /** Does that to all live connections: `kick`, `root`, `disconnect`, `drop`, `hold` or `release`. */
  interrupt(how) {
    return this.#steer('interrupt', { how });
  }

  /** Orders a fault, such as `{ match: 'realtime.handshake', status: 503 }`. */
  fault(order) {
    return this.#steer('fault', order);
  }

  /** Waits until that many live connections listen to a URI. */
  async listeners(uri, count) {
    const end = Date.now() + WAIT_LIMIT_MS;
    while (((await this.#steer('subscriptions'))[uri] ?? 0) !== count) {
      if (Date.now() > end) throw new Error(`there never were ${count} listeners of ${uri}`);
      await new Promise((go) => setTimeout(go, 20));
    }
  }

  /** Sends that many capability events; how many, to how many connections, how long it took. */
  emit(count) {
    return this.#steer(`emit?count=${count}`, {});
  }

  /** How often each step and operation was called while `work` ran; what was not called is 0. */
  async callsDuring(work) {
    const before = await this.#steer('calls');
    await work();
    const after = await this.#steer('calls');
    return (name) => (after[name] ?? 0) - (before[name] ?? 0);
  }

  /** Waits until a step or operation was called more than that many times; how many times it was. */
  async calledMoreThan(name, count) {
    const end = Date.now() + WAIT_LIMIT_MS;
    for (;;) {
      const calls = (await this.#steer('calls'))[name] ?? 0;
      if (calls > count) return calls;
      if (Date.now() > end) throw new Error(`${name} was called ${calls} times, not more than ${count}`);
      await new Promise((go) => setTimeout(go, 20));
    }
  }

  async #steer(what, order) {
    const request = order && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    };
    const answer = await fetch(`${this.url}/_emulator/${what}`, request);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/_emulator/${what}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}

async function firstLine(child) {
  const lines = createInterface({ input: child.stdout });
  const signal = AbortSignal.timeout(READY_LIMIT_MS);
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`it ended with ${code} before it was ready`);
  });
  const [line] = await Promise.race([once(lines, 'line', { signal }), ended]);
  return line;
}

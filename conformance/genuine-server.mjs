// A genuine Socket.IO 2 server that plays a Homey's live side, for crates/housekey/tests/genuine.rs. Prints
// its address as one line of JSON; is steered by `POST /do/<what>` and looked at by `GET /state`.
import http from 'node:http';

import Server from 'socket.io-2';

const DEVICE = 'homey:device:d1';
const state = { connections: 0, handshakes: 0, pings: 0, subscriptions: [], answers: [] };
const server = http.createServer(answer);
const io = new Server(server, { pingInterval: 300, pingTimeout: 800, serveClient: false });
const api = io.of('/api');

io.on('connection', (socket) => {
  state.connections++;
  socket.conn.on('packet', ({ type }) => { if (type === 'ping') state.pings++; });
  socket.on('disconnect', () => { state.connections--; });
  socket.on('handshakeClient', ({ token }, ack) => {
    state.handshakes++;
    if (token === 'nowhere') return ack(null, { namespace: '/nowhere' });
    if (token === 'words') return ack('It is closed');
    if (token !== 'good') return ack({ error: 'Invalid Session', error_description: 'No such session', statusCode: 401 });
    socket.admitted = true;
    ack(null, { namespace: '/api', success: true });
  });
});

api.use((socket, next) => {
  const { admitted } = io.sockets.connected[socket.id.replace('/api#', '')];
  next(admitted ? undefined : new Error('Missing Handshake'));
});
api.on('connection', (socket) => {
  let own = [];
  socket.on('disconnect', () => {
    state.subscriptions = state.subscriptions.filter((uri) => !own.includes(uri));
    own = [];
  });
  socket.on('subscribe', (uri, ack) => {
    if (uri.endsWith('forbidden')) return ack({ error: 'Missing Scopes', statusCode: 403 });
    state.subscriptions.push(uri);
    own.push(uri);
    ack(null);
  });
  socket.on('unsubscribe', (uri) => {
    state.subscriptions = state.subscriptions.filter((one) => one !== uri);
  });
  socket.on('api', ({ uri, operation, args }, ack) => {
    const answers = {
      getDevice: () => ack(null, { uri, args }),
      // Larger than any buffer on the way, and not only ASCII.
      getDevices: () => ack(null, { long: 'Küche „Süd“ 💡\n'.repeat(20_000) }),
      deleteDevice: () => ack({ error: 'Not Found', error_description: 'No such device', statusCode: 404 }),
      setDeviceSetting: () => ack('It does not work'),
      restartDevice: () => ack(),
      setCapabilityValue: () => {
        const { capabilityId, value, transactionId } = args;
        api.emit(DEVICE, 'capability', { capabilityId, value, transactionId });
        ack(null, { transactionId, value });
      },
    };
    (answers[operation] ?? (() => socket.conn.transport.socket.terminate()))();
  });
});

const all = () => Object.values(api.connected);
const deeds = {
  kick: () => all().forEach((socket) => socket.disconnect()),
  root: () => Object.values(io.sockets.connected).forEach((socket) => socket.disconnect()),
  disconnect: () => Object.values(io.sockets.connected).forEach((socket) => socket.disconnect(true)),
  drop: () => Object.values(io.sockets.connected).forEach(({ conn }) => conn.transport.socket.terminate()),
  // With attachments, with a question, without data, with more than two arguments, of another name.
  odd: () => all().forEach((socket) => {
    socket.emit(DEVICE, 'image', { bytes: Buffer.from([1, 2, 3]) });
    socket.emit(DEVICE, 'question', 1, (answer) => state.answers.push(answer));
    socket.emit(DEVICE, 'pressed');
    socket.emit(DEVICE, 'several', [1], [2], [3]);
    socket.emit(DEVICE);
    socket.emit('homey:device:other', 'capability', {});
    socket.emit(DEVICE, 'last', null);
  }),
};

function answer(request, response) {
  const [, verb, name] = request.url.split('/');
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-homey-id': 'genuine' });
    response.end(JSON.stringify(body));
  };
  if (request.url.startsWith('/api/manager/system/ping')) return reply(200, 'pong');
  if (verb === 'state') return reply(200, state);
  if (verb === 'do' && deeds[name]) {
    deeds[name]();
    return reply(200, {});
  }
  return reply(404, { error: 'not_found' });
}

server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
});
// Whoever started it is gone.
process.stdin.on('end', () => process.exit(0)).resume();

// Drives tabs of the npm `ws` client by lines of JSON: commands on standard input, events on standard output.
//
//   {"tab":"a","do":"open","url":"ws://..","protocols":[..],"headers":{..},"deflate":true}
//   {"tab":"a","do":"send","text":"..","pieces":3}      pieces: sent as that many fragments of one message
//   {"tab":"a","do":"ping","data":".."}
//   {"tab":"a","do":"close","code":1000,"reason":".."}  {"tab":"a","do":"terminate"}
//
// Every event names its tab: open message ping pong close refused error.
'use strict';

const readline = require('node:readline');
const WebSocket = require('ws');

const tabs = new Map();

function report(tab, event, fields) {
  process.stdout.write(JSON.stringify({ tab, event, ...fields }) + '\n');
}

function open(command) {
  const tab = command.tab;
  const socket = new WebSocket(command.url, command.protocols || [], {
    headers: command.headers || {},
    perMessageDeflate: command.deflate === true,
  });
  tabs.set(tab, socket);
  socket.on('open', () => report(tab, 'open', { extensions: socket.extensions, protocol: socket.protocol }));
  socket.on('message', (data, binary) => report(tab, 'message', { text: data.toString(), binary }));
  socket.on('ping', (data) => report(tab, 'ping', { data: data.toString() }));
  socket.on('pong', (data) => report(tab, 'pong', { data: data.toString() }));
  socket.on('close', (code, reason) => report(tab, 'close', { code, reason: reason.toString() }));
  socket.on('error', (error) => report(tab, 'error', { message: error.message }));
  socket.on('unexpected-response', (request, response) => {
    report(tab, 'refused', { status: response.statusCode, type: response.headers['content-type'] });
    request.destroy();
  });
}

function send(socket, text, pieces) {
  const bytes = Buffer.from(text);
  const size = Math.ceil(bytes.length / pieces);
  for (let i = 0; i < pieces; ++i) {
    // Cut by bytes, so that a character may be cut too: only the whole message has to be UTF-8.
    socket.send(bytes.subarray(i * size, (i + 1) * size), { fin: i === pieces - 1, binary: false });
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line);
  const socket = tabs.get(command.tab);
  switch (command.do) {
    case 'open': open(command); break;
    case 'send': send(socket, command.text, command.pieces || 1); break;
    case 'ping': socket.ping(command.data); break;
    case 'close': socket.close(command.code, command.reason); break;
    case 'terminate': socket.terminate(); break;
    default: throw new Error(`unknown command: ${line}`);
  }
}).on('close', () => process.exit(0));

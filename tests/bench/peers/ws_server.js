// The smallest fan-out that ws can do: who connects to /tab gets every text that comes on /publish.
'use strict';
const { WebSocketServer } = require('ws');

const tabs = new Set();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), perMessageDeflate: false });

server.on('connection', (socket, request) => {
  socket.on('error', () => socket.terminate());
  if (request.url === '/publish') {
    socket.on('message', (data) => {
      // As bytes: ws would encode a string once for each tab.
      for (const tab of tabs) tab.send(data, { binary: false });
    });
    return;
  }
  tabs.add(socket);
  socket.on('close', () => tabs.delete(socket));
});

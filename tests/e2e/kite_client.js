// A client of Kite's ticker on the unchanged npm package: one per process, as all its state is of the module.
//
// Arguments: the root, the access token. Commands, one JSON object a line on standard input: {"do":"subscribe",
// "tokens":[..]}, {"do":"unsubscribe","tokens":[..]}, {"do":"mode","mode":"full","tokens":[..]}, {"do":"disconnect"}.
// Events on standard output: connect, ticks (with the message that they came in, in hex), beat, disconnect, error.
'use strict';

const readline = require('readline');
const {KiteTicker} = require('kiteconnect');

const [root, token] = process.argv.slice(2);
const ticker = new KiteTicker({api_key: 'any', access_token: token, root});
ticker.autoReconnect(false);
const tell = (event, fields = {}) => process.stdout.write(`${JSON.stringify({event, ...fields})}\n`);

let message; // it is told of right before its ticks

ticker.on('connect', () => tell('connect'));
ticker.on('ticks', (ticks) => tell('ticks', {ticks, raw: message}));
ticker.on('message', (bytes) => {
  message = Buffer.from(bytes).toString('hex');
  if (bytes.byteLength === 1) tell('beat');
});
ticker.on('disconnect', () => tell('disconnect'));
ticker.on('error', (error) => tell('error', {message: String((error && error.message) || error)}));

readline.createInterface({input: process.stdin}).on('line', (line) => {
  const command = JSON.parse(line);
  if (command.do === 'subscribe') ticker.subscribe(command.tokens);
  if (command.do === 'unsubscribe') ticker.unsubscribe(command.tokens);
  if (command.do === 'mode') ticker.setMode(command.mode, command.tokens);
  if (command.do === 'disconnect') ticker.disconnect();
}).on('close', () => process.exit(0));

ticker.connect();

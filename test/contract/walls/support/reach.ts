/** What a connection attempt from inside a pod comes to. `silent`: no answer at all, which is what a wall gives. */
export type Answer = 'open' | 'refused' | 'silent';

/** Longer than a busy node takes to answer. */
const SILENT_MS = 4_000;

/** A script for `node -e` that tries all addresses (`host:port`) at once and prints the answers as JSON. */
export const reachScript = (addresses: readonly string[]): string => `
const net = require('node:net');
const attempt = (address) => new Promise((resolve) => {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace('$API', process.env.KUBERNETES_SERVICE_HOST);
  const port = Number(address.slice(at + 1).replace('$PORT', process.env.KUBERNETES_SERVICE_PORT));
  const socket = net.createConnection({ host, port });
  const timer = setTimeout(() => end('silent'), ${SILENT_MS});
  const end = (answer) => { clearTimeout(timer); socket.destroy(); resolve(answer); };
  socket.on('connect', () => end('open'));
  socket.on('error', (error) => end(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'));
});
Promise.all(${JSON.stringify(addresses)}.map(attempt)).then((answers) => console.log(JSON.stringify(answers)));`;

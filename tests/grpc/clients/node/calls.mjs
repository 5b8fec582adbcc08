// The service's definition, and each kind of call as a promise that ends with what the server answered.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const protos = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../protos');
const definition = loader.loadSync('grpc/testing/test.proto', { includeDirs: [protos], keepCase: true, defaults: true, enums: String });
export const { grpc: { testing } } = grpc.loadPackageDefinition(definition);
export const unaryCall = definition['grpc.testing.TestService'].UnaryCall;
export const outputCall = definition['grpc.testing.TestService'].StreamingOutputCall;
export const statusCode = grpc.status;

// Longer than any case lasts; without it a server that never answers would hang the run instead of failing it.
const patience = 20_000;
const deadline = () => new Date(Date.now() + patience);

export function metadata(entries) {
  const made = new grpc.Metadata();
  for (const [key, value] of entries) made.add(key, value);
  return made;
}

// A call's whole outcome: messages, initial and trailing metadata, status. Never rejects.
function outcome(call, { onMessage } = {}) {
  const seen = { messages: [], initial: undefined, status: undefined };
  return new Promise(resolve => {
    call.on('metadata', value => { seen.initial = value; });
    call.on('data', message => { seen.messages.push(message); onMessage?.(message, seen.messages.length); });
    call.on('error', () => {});
    call.on('status', status => { seen.status = status; resolve(seen); });
  });
}

export function unary(client, method, request, headers, options = {}) {
  return new Promise(resolve => {
    const seen = { messages: [] };
    const done = () => { if (seen.status && seen.answered) resolve(seen); };
    const call = client[method](request, headers, { deadline: deadline(), ...options }, (error, message) => {
      seen.answered = true;
      if (message) seen.messages.push(message);
      if (error && !seen.status) seen.status = error;
      done();
    });
    call.on('metadata', value => { seen.initial = value; });
    call.on('status', status => { seen.status = status; done(); });
  });
}

// write(call) sends what the case sends and half-closes.
export function upload(client, method, headers, write) {
  return new Promise(resolve => {
    const seen = { messages: [] };
    const done = () => { if (seen.status && seen.answered) resolve(seen); };
    const call = client[method](headers, { deadline: deadline() }, (error, message) => {
      seen.answered = true;
      if (message) seen.messages.push(message);
      if (error && !seen.status) seen.status = error;
      done();
    });
    call.on('error', () => {});
    call.on('status', status => { seen.status = status; done(); });
    write(call);
  });
}

export function download(client, method, request, headers) {
  return outcome(client[method](request, headers, { deadline: deadline() }));
}

export function duplex(client, method, headers, write, onMessage, options = {}) {
  const call = client[method](headers, { deadline: deadline(), ...options });
  const ended = outcome(call, { onMessage: (message, count) => onMessage?.(call, message, count) });
  write(call);
  return ended;
}

// grpc-js reads a message's flags from the stream's encoding argument, which Node's own write() refuses: hand it over directly.
const noCompress = 2;
export function writeUncompressed(call, message) {
  return new Promise((resolve, reject) => call._write(message, String(noCompress), error => error ? reject(error) : resolve()));
}

// node interop.mjs --address HOST:PORT [--tls-ca FILE] [--header NAME=VALUE ...] [--case NAME|all]
// One line a case, `ok NAME` or `FAIL NAME: why`; the exit code says whether all went well.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import { cases } from './cases.mjs';
import { metadata, testing } from './calls.mjs';

const { values } = parseArgs({
  options: {
    address: { type: 'string' },
    'tls-ca': { type: 'string' },
    header: { type: 'string', multiple: true, default: [] },
    case: { type: 'string', default: 'all' },
  },
});
if (!values.address || (values.case !== 'all' && !cases[values.case])) {
  console.error(`usage: interop.mjs --address HOST:PORT [--tls-ca FILE] [--header NAME=VALUE] [--case ${Object.keys(cases).join('|')}|all]`);
  process.exit(2);
}

const headers = values.header.map(given => [given.slice(0, given.indexOf('=')), given.slice(given.indexOf('=') + 1)]);
const credentials = values['tls-ca']
  ? grpc.credentials.createSsl(fs.readFileSync(values['tls-ca']))
  : grpc.credentials.createInsecure();
const gzip = { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip };
const target = {
  address: values.address,
  tlsCa: values['tls-ca'],
  headers,
  plain: new testing.TestService(values.address, credentials),
  gzip: new testing.TestService(values.address, credentials, gzip),
  unknown: new testing.UnimplementedService(values.address, credentials),
  metadata: (extra = []) => metadata([...headers, ...extra]),
};

let failures = 0;
for (const [name, play] of Object.entries(cases)) {
  if (values.case !== 'all' && values.case !== name) continue;
  try {
    await play(target);
    console.log(`ok ${name}`);
  } catch (error) {
    failures++;
    console.log(`FAIL ${name}: ${String(error.message).split('\n').filter(Boolean).join(' | ')}`);
  }
}
target.plain.close();
target.gzip.close();
target.unknown.close();
// Every case is over; a connection that grpc-js still winds down shall not hold the program.
process.exit(failures > 0 ? 1 : 0);

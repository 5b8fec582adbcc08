// The rich error model: google.rpc.Status with its details in a binary trailer.
import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import loader from '@grpc/proto-loader';
import { statusCode, unary } from './calls.mjs';

const protos = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../platform/grpc/protos');

export async function statusDetails(target, ended) {
  const types = loader.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], { includeDirs: [protos], keepCase: true, defaults: true });
  const request = { response_status: { code: 3, message: 'test status details' } };
  const seen = await unary(target.plain, 'UnaryCall', request, target.metadata([['x-test-status-details', 'true']]));
  ended(seen, statusCode.INVALID_ARGUMENT);
  const [bytes] = seen.status.metadata.get('grpc-status-details-bin');
  assert.ok(bytes, 'no grpc-status-details-bin');
  const status = types['google.rpc.Status'].deserialize(bytes);
  assert.equal(status.code, 3);
  assert.equal(status.message, 'test status details');
  const details = Object.fromEntries(status.details.map(any => {
    const name = any.type_url.slice(any.type_url.lastIndexOf('/') + 1);
    return [name, types[name].deserialize(any.value)];
  }));
  assert.deepEqual(Object.keys(details).sort(), ['google.rpc.BadRequest', 'google.rpc.ErrorInfo', 'google.rpc.RetryInfo']);
  assert.ok(details['google.rpc.BadRequest'].field_violations[0].field, 'no field named');
  assert.ok(details['google.rpc.ErrorInfo'].reason && details['google.rpc.ErrorInfo'].domain, 'no reason or domain');
  const delay = details['google.rpc.RetryInfo'].retry_delay;
  assert.ok(Number(delay.seconds) > 0 || delay.nanos > 0, 'no delay');
}

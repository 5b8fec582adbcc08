// The cases of gRPC's public interop-test-descriptions, under their public names.
import assert from 'node:assert/strict';
import { download, duplex, outputCall, statusCode, unary, unaryCall, upload, writeUncompressed } from './calls.mjs';
import { statusDetails } from './details.mjs';
import { flagsOf } from './raw.mjs';

const zeros = size => ({ body: Buffer.alloc(size) });
const upSizes = [27182, 8, 1828, 45904];
const downSizes = [31415, 9, 2653, 58979];
const largeRequest = { response_size: 314159, payload: zeros(271828) };
const echoed = [['x-grpc-test-echo-initial', 'test_initial_metadata_value'], ['x-grpc-test-echo-trailing-bin', Buffer.from('ababab', 'hex')]];
const halfClose = call => call.end();

function ended(seen, code, name = statusCode[code]) {
  assert.equal(statusCode[seen.status.code], name, `status ${statusCode[seen.status.code]} (${seen.status.details}), wanted ${name}`);
}

function sizes(seen, wanted) {
  assert.deepEqual(seen.messages.map(message => message.payload.body.length), wanted);
  assert.ok(seen.messages.every(message => message.payload.body.every(byte => byte === 0)), 'a payload holds other bytes than zeros');
}

function echoesBoth(seen) {
  assert.deepEqual(seen.initial.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
  assert.deepEqual(seen.status.metadata.get('x-grpc-test-echo-trailing-bin'), [Buffer.from('ababab', 'hex')]);
}

export const cases = {
  async empty_unary(target) {
    const seen = await unary(target.plain, 'EmptyCall', {}, target.metadata());
    ended(seen, statusCode.OK);
    assert.equal(seen.messages.length, 1);
  },

  async large_unary(target) {
    const seen = await unary(target.plain, 'UnaryCall', largeRequest, target.metadata());
    ended(seen, statusCode.OK);
    sizes(seen, [314159]);
  },

  async client_compressed_unary(target) {
    const expect = value => ({ ...largeRequest, expect_compressed: { value } });
    ended(await unary(target.plain, 'UnaryCall', expect(true), target.metadata()), statusCode.INVALID_ARGUMENT);
    for (const [client, value] of [[target.gzip, true], [target.plain, false]]) {
      const seen = await unary(client, 'UnaryCall', expect(value), target.metadata());
      ended(seen, statusCode.OK);
      sizes(seen, [314159]);
    }
  },

  async server_compressed_unary(target) {
    for (const value of [true, false]) {
      const request = { ...largeRequest, response_compressed: { value } };
      const seen = await unary(target.plain, 'UnaryCall', request, target.metadata());
      ended(seen, statusCode.OK);
      sizes(seen, [314159]);
      assert.deepEqual((await flagsOf(target, unaryCall, request)).flags, [value ? 1 : 0]);
    }
  },

  async client_streaming(target) {
    const seen = await upload(target.plain, 'StreamingInputCall', target.metadata(), call => {
      for (const size of upSizes) call.write({ payload: zeros(size) });
      call.end();
    });
    ended(seen, statusCode.OK);
    assert.equal(seen.messages[0].aggregated_payload_size, 74922);
  },

  async client_compressed_streaming(target) {
    const probe = await upload(target.plain, 'StreamingInputCall', target.metadata(), call => {
      call.end({ expect_compressed: { value: true }, payload: zeros(27182) });
    });
    ended(probe, statusCode.INVALID_ARGUMENT);
    const seen = await upload(target.gzip, 'StreamingInputCall', target.metadata(), call => {
      call.write({ expect_compressed: { value: true }, payload: zeros(27182) }, async () => {
        await writeUncompressed(call, { expect_compressed: { value: false }, payload: zeros(45904) });
        call.end();
      });
    });
    ended(seen, statusCode.OK);
    assert.equal(seen.messages[0].aggregated_payload_size, 73086);
  },

  async server_streaming(target) {
    const request = { response_parameters: downSizes.map(size => ({ size })) };
    const seen = await download(target.plain, 'StreamingOutputCall', request, target.metadata());
    ended(seen, statusCode.OK);
    sizes(seen, downSizes);
  },

  async server_compressed_streaming(target) {
    const request = { response_parameters: [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }] };
    const seen = await download(target.plain, 'StreamingOutputCall', request, target.metadata());
    ended(seen, statusCode.OK);
    sizes(seen, [31415, 92653]);
    assert.deepEqual((await flagsOf(target, outputCall, request)).flags, [1, 0]);
  },

  async ping_pong(target) {
    const ask = (call, turn) => call.write({ response_parameters: [{ size: downSizes[turn] }], payload: zeros(upSizes[turn]) });
    const seen = await duplex(target.plain, 'FullDuplexCall', target.metadata(), call => ask(call, 0),
      (call, _, count) => count < upSizes.length ? ask(call, count) : call.end());
    ended(seen, statusCode.OK);
    sizes(seen, downSizes);
  },

  async empty_stream(target) {
    const seen = await duplex(target.plain, 'FullDuplexCall', target.metadata(), halfClose);
    ended(seen, statusCode.OK);
    sizes(seen, []);
  },

  async custom_metadata(target) {
    const one = await unary(target.plain, 'UnaryCall', largeRequest, target.metadata(echoed));
    ended(one, statusCode.OK);
    echoesBoth(one);
    const two = await duplex(target.plain, 'FullDuplexCall', target.metadata(echoed), call => {
      call.end({ response_parameters: [{ size: 314159 }], payload: zeros(271828) });
    });
    ended(two, statusCode.OK);
    sizes(two, [314159]);
    echoesBoth(two);
  },

  async status_code_and_message(target) {
    const request = { response_status: { code: 2, message: 'test status message' } };
    const one = await unary(target.plain, 'UnaryCall', request, target.metadata());
    const two = await duplex(target.plain, 'FullDuplexCall', target.metadata(), call => call.end(request));
    for (const seen of [one, two]) {
      ended(seen, statusCode.UNKNOWN);
      assert.equal(seen.status.details, 'test status message');
    }
  },

  async special_status_message(target) {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    const seen = await unary(target.plain, 'UnaryCall', { response_status: { code: 2, message } }, target.metadata());
    ended(seen, statusCode.UNKNOWN);
    assert.equal(seen.status.details, message);
  },

  async unimplemented_method(target) {
    ended(await unary(target.plain, 'UnimplementedCall', {}, target.metadata()), statusCode.UNIMPLEMENTED);
  },

  async unimplemented_service(target) {
    ended(await unary(target.unknown, 'UnimplementedCall', {}, target.metadata()), statusCode.UNIMPLEMENTED);
  },

  async cancel_after_begin(target) {
    const seen = await upload(target.plain, 'StreamingInputCall', target.metadata(), call => call.cancel());
    ended(seen, statusCode.CANCELLED);
  },

  async cancel_after_first_response(target) {
    const seen = await duplex(target.plain, 'FullDuplexCall', target.metadata(),
      call => call.write({ response_parameters: [{ size: 31415 }], payload: zeros(27182) }),
      call => call.cancel());
    ended(seen, statusCode.CANCELLED);
    sizes(seen, [31415]);
  },

  async timeout_on_sleeping_server(target) {
    const seen = await duplex(target.plain, 'FullDuplexCall', target.metadata(),
      call => call.write({ payload: zeros(27182) }), undefined, { deadline: new Date(Date.now() + 1) });
    ended(seen, statusCode.DEADLINE_EXCEEDED);
  },

  status_details: target => statusDetails(target, ended),
};

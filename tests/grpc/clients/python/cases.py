"""The cases of gRPC's public interop-test-descriptions, under their public names."""
import queue

import grpc

import messages as m

UP = [27182, 8, 1828, 45904]
DOWN = [31415, 9, 2653, 58979]
ECHOED = [("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")]


def check(condition, why):
    if not condition:
        raise AssertionError(why)


def ended(call, code):
    check(call.code() == code, f"status {call.code()} ({call.details()}), wanted {code}")


def sizes(answers, wanted):
    found = [len(answer.payload.body) for answer in answers]
    check(found == wanted, f"payloads {found}, wanted {wanted}")
    check(all(not any(answer.payload.body) for answer in answers), "a payload holds other bytes than zeros")


def large(**more):
    return m.SimpleRequest(response_size=314159, payload=m.zeros(271828), **more)


def drain(call):
    """All messages of a stream, whatever its end."""
    answers = []
    try:
        for answer in call:
            answers.append(answer)
    except grpc.RpcError:
        pass
    return answers


def answer(call):
    """A unary answer in a list, or an empty list when the call failed."""
    return [] if call.exception() else [call.result()]


def empty_unary(target):
    call = target.call("EmptyCall", m.Empty())
    check(call.result() is not None, "no answer")
    ended(call, grpc.StatusCode.OK)


def large_unary(target):
    sizes(answer(target.call("UnaryCall", large())), [314159])


def client_compressed_unary(target):
    probe = target.call("UnaryCall", large(expect_compressed=m.BoolValue(value=True)))
    ended(probe, grpc.StatusCode.INVALID_ARGUMENT)
    for value, compression in ((True, grpc.Compression.Gzip), (True, grpc.Compression.Deflate), (False, None)):
        call = target.call("UnaryCall", large(expect_compressed=m.BoolValue(value=value)), compression=compression)
        ended(call, grpc.StatusCode.OK)
        sizes(answer(call), [314159])


def server_compressed_unary(target):
    for value in (True, False):
        call = target.call("UnaryCall", large(response_compressed=m.BoolValue(value=value)))
        ended(call, grpc.StatusCode.OK)
        sizes(answer(call), [314159])


def client_streaming(target):
    call = target.call("StreamingInputCall", (m.StreamingInputCallRequest(payload=m.zeros(size)) for size in UP))
    ended(call, grpc.StatusCode.OK)
    check(call.result().aggregated_payload_size == 74922, "wrong sum")


def client_compressed_streaming(target):
    def upload(expect, size, compression=None):
        one = m.StreamingInputCallRequest(expect_compressed=m.BoolValue(value=expect), payload=m.zeros(size))
        return target.call("StreamingInputCall", iter([one]), compression=compression)

    ended(upload(True, 27182), grpc.StatusCode.INVALID_ARGUMENT)
    total = 0
    for call in (upload(True, 27182, grpc.Compression.Gzip), upload(False, 45904)):
        ended(call, grpc.StatusCode.OK)
        total += call.result().aggregated_payload_size
    check(total == 73086, f"sum {total}")


def server_streaming(target):
    request = m.StreamingOutputCallRequest(response_parameters=[m.ResponseParameters(size=size) for size in DOWN])
    call = target.call("StreamingOutputCall", request)
    sizes(drain(call), DOWN)
    ended(call, grpc.StatusCode.OK)


def server_compressed_streaming(target):
    call = target.call("StreamingOutputCall", m.StreamingOutputCallRequest(response_parameters=[
        m.ResponseParameters(compressed=m.BoolValue(value=True), size=31415),
        m.ResponseParameters(compressed=m.BoolValue(value=False), size=92653)]))
    sizes(drain(call), [31415, 92653])
    ended(call, grpc.StatusCode.OK)


def turn(down, up):
    return m.StreamingOutputCallRequest(response_parameters=[m.ResponseParameters(size=down)], payload=m.zeros(up))


def ping_pong(target):
    requests = queue.SimpleQueue()
    call = target.call("FullDuplexCall", iter(requests.get, None))
    answers = []
    for down, up in zip(DOWN, UP):
        requests.put(turn(down, up))
        answers.append(next(call))
    requests.put(None)
    answers += drain(call)
    sizes(answers, DOWN)
    ended(call, grpc.StatusCode.OK)


def empty_stream(target):
    call = target.call("FullDuplexCall", iter([]))
    sizes(drain(call), [])
    ended(call, grpc.StatusCode.OK)


def custom_metadata(target):
    one = target.call("UnaryCall", large(), metadata=ECHOED)
    sizes(answer(one), [314159])
    two = target.call("FullDuplexCall", iter([turn(314159, 271828)]), metadata=ECHOED)
    sizes(drain(two), [314159])
    for call in (one, two):
        ended(call, grpc.StatusCode.OK)
        check(ECHOED[0] in [tuple(pair) for pair in call.initial_metadata()], "no echo in the initial metadata")
        check(ECHOED[1] in [tuple(pair) for pair in call.trailing_metadata()], "no echo in the trailing metadata")


def status_code_and_message(target):
    wanted = m.EchoStatus(code=2, message="test status message")
    one = target.call("UnaryCall", m.SimpleRequest(response_status=wanted))
    two = target.call("FullDuplexCall", iter([m.StreamingOutputCallRequest(response_status=wanted)]))
    sizes(drain(two), [])
    for call in (one, two):
        ended(call, grpc.StatusCode.UNKNOWN)
        check(call.details() == wanted.message, f"message {call.details()!r}")


def special_status_message(target):
    message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    call = target.call("UnaryCall", m.SimpleRequest(response_status=m.EchoStatus(code=2, message=message)))
    ended(call, grpc.StatusCode.UNKNOWN)
    check(call.details() == message, f"message {call.details()!r}")


def unimplemented_method(target):
    ended(target.call("UnimplementedCall", m.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service(target):
    ended(target.unimplemented_service(), grpc.StatusCode.UNIMPLEMENTED)


def cancel_after_begin(target):
    requests = queue.SimpleQueue()
    call = target.call("StreamingInputCall", iter(requests.get, None))
    call.cancel()
    requests.put(None)
    ended(call, grpc.StatusCode.CANCELLED)


def cancel_after_first_response(target):
    requests = queue.SimpleQueue()
    requests.put(turn(31415, 27182))
    call = target.call("FullDuplexCall", iter(requests.get, None))
    first = next(call)
    call.cancel()
    requests.put(None)
    sizes([first, *drain(call)], [31415])
    ended(call, grpc.StatusCode.CANCELLED)


def timeout_on_sleeping_server(target):
    requests = queue.SimpleQueue()
    requests.put(m.StreamingOutputCallRequest(payload=m.zeros(27182)))
    call = target.call("FullDuplexCall", iter(requests.get, None), timeout=0.001)
    sizes(drain(call), [])
    requests.put(None)
    ended(call, grpc.StatusCode.DEADLINE_EXCEEDED)


def status_details(target):
    find = m.load(m.STANDARD, "google/rpc/status.proto", "google/rpc/error_details.proto")
    wanted = m.EchoStatus(code=3, message="test status details")
    call = target.call("UnaryCall", m.SimpleRequest(response_status=wanted), metadata=[("x-test-status-details", "true")])
    ended(call, grpc.StatusCode.INVALID_ARGUMENT)
    packed = dict(call.trailing_metadata()).get("grpc-status-details-bin")
    check(packed, "no grpc-status-details-bin")
    status = find("google.rpc.Status").FromString(packed)
    check((status.code, status.message) == (3, wanted.message), f"status {status.code} {status.message!r}")
    details = {any.TypeName(): find(any.TypeName()).FromString(any.value) for any in status.details}
    check(sorted(details) == ["google.rpc.BadRequest", "google.rpc.ErrorInfo", "google.rpc.RetryInfo"], f"details {sorted(details)}")
    check(details["google.rpc.BadRequest"].field_violations[0].field, "no field named")
    check(details["google.rpc.ErrorInfo"].reason and details["google.rpc.ErrorInfo"].domain, "no reason or domain")
    delay = details["google.rpc.RetryInfo"].retry_delay
    check(delay.seconds > 0 or delay.nanos > 0, "no delay")


CASES = {play.__name__: play for play in (
    empty_unary, large_unary, client_compressed_unary, server_compressed_unary, client_streaming, client_compressed_streaming,
    server_streaming, server_compressed_streaming, ping_pong, empty_stream, custom_metadata, status_code_and_message,
    special_status_message, unimplemented_method, unimplemented_service, cancel_after_begin, cancel_after_first_response,
    timeout_on_sleeping_server, status_details)}

"""server.py --port N: grpc.testing.TestService on grpcio, for trying a client against a server of another make.

Prints `listening PORT` when ready and serves until its standard input closes. grpcio does not tell whether a request came compressed,
so expect_compressed is judged by the request's grpc-encoding, which grpcio hides too: those cases are left to servers that can.
"""
import argparse
import sys
import time
from concurrent import futures

import grpc

import messages as m


def echo(context):
    for key, value in context.invocation_metadata():
        if key == "x-grpc-test-echo-initial":
            context.send_initial_metadata([(key, value)])
        elif key == "x-grpc-test-echo-trailing-bin":
            context.set_trailing_metadata([(key, value)])


def end_if_asked(request, context):
    if request.HasField("response_status"):
        wanted = request.response_status
        context.abort(next(code for code in grpc.StatusCode if code.value[0] == wanted.code), wanted.message)


def produce(request, context):
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1_000_000)
        if parameters.HasField("compressed") and not parameters.compressed.value:
            context.disable_next_message_compression()
        yield m.StreamingOutputCallResponse(payload=m.zeros(parameters.size))


class TestService:
    def EmptyCall(self, request, context):
        return m.Empty()

    def UnaryCall(self, request, context):
        echo(context)
        end_if_asked(request, context)
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        return m.SimpleResponse(payload=m.zeros(request.response_size))

    def StreamingOutputCall(self, request, context):
        echo(context)
        context.set_compression(grpc.Compression.Gzip)
        yield from produce(request, context)

    def StreamingInputCall(self, requests, context):
        return m.StreamingInputCallResponse(aggregated_payload_size=sum(len(one.payload.body) for one in requests))

    def FullDuplexCall(self, requests, context):
        echo(context)
        for request in requests:
            end_if_asked(request, context)
            yield from produce(request, context)

    def HalfDuplexCall(self, requests, context):
        for request in list(requests):
            yield from produce(request, context)


def handlers(service):
    for name, (sent, received, client_streams, server_streams) in m.METHODS.items():
        behaviour = getattr(service, name, None)
        if behaviour is None:
            continue
        shape = ("stream" if client_streams else "unary") + "_" + ("stream" if server_streams else "unary")
        make = getattr(grpc, shape + "_rpc_method_handler")
        yield name, make(behaviour, request_deserializer=sent.FromString, response_serializer=received.SerializeToString)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("grpc.testing.TestService", dict(handlers(TestService())))])
    port = server.add_insecure_port(f"127.0.0.1:{args.port}")
    server.start()
    print(f"listening {port}", flush=True)
    sys.stdin.read()
    server.stop(0).wait()


if __name__ == "__main__":
    main()

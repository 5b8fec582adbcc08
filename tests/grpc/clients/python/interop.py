"""interop.py --address HOST:PORT [--tls-ca FILE] [--header NAME=VALUE ...] [--case NAME|all]

One line a case, `ok NAME` or `FAIL NAME: why`; the exit code says whether all went well.
"""
import argparse
import sys
import traceback

import grpc

from cases import CASES
from messages import METHODS, Empty

PATIENCE = 20  # seconds; longer than any case lasts


class Target:
    """The service under test: each method as a callable that takes extra metadata and a deadline."""

    def __init__(self, address, tls_ca, headers):
        self.headers = headers
        if tls_ca:
            with open(tls_ca, "rb") as file:
                self.channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(file.read()))
        else:
            self.channel = grpc.insecure_channel(address)

    def call(self, method, request, metadata=(), timeout=PATIENCE, compression=None, service="grpc.testing.TestService"):
        """Starts a call and returns grpcio's call object; unary requests are messages, streams are iterators."""
        sent, received, client_streams, server_streams = METHODS[method]
        kind = getattr(self.channel, ("stream" if client_streams else "unary") + "_" + ("stream" if server_streams else "unary"))
        multi = kind(f"/{service}/{method}", request_serializer=sent.SerializeToString, response_deserializer=received.FromString)
        start = multi if server_streams else multi.future
        # grpcio forgets the argument compression in the future of a client-streaming call; this is what it makes of it elsewhere.
        wish = [("grpc-internal-encoding-request", compression.name.lower())] if compression else []
        return start(request, metadata=[*self.headers, *metadata, *wish], timeout=timeout)

    def unimplemented_service(self):
        return self.call("UnimplementedCall", Empty(), service="grpc.testing.UnimplementedService")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--tls-ca")
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("--case", default="all", choices=["all", *CASES])
    args = parser.parse_args()
    target = Target(args.address, args.tls_ca, [tuple(header.split("=", 1)) for header in args.header])
    failures = 0
    for name, play in CASES.items():
        if args.case not in ("all", name):
            continue
        try:
            play(target)
            print(f"ok {name}", flush=True)
        except Exception as error:  # whatever went wrong is the case's verdict
            failures += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            why = " ".join(str(error).split()) or type(error).__name__
            print(f"FAIL {name}: {why} (line {where.lineno})", flush=True)
    target.channel.close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

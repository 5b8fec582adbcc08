"""The messages of grpc.testing and google.rpc, built at run time from the .proto files: nothing generated is kept."""
import os
import tempfile

import grpc_tools.protoc
from google.protobuf import descriptor_pb2, descriptor_pool

try:
    from google.protobuf.message_factory import GetMessageClass
except ImportError:
    from google.protobuf.message_factory import MessageFactory

    def GetMessageClass(descriptor):
        return MessageFactory().GetPrototype(descriptor)

HERE = os.path.dirname(os.path.abspath(__file__))
TESTING = os.path.normpath(os.path.join(HERE, "../../protos"))
STANDARD = os.path.normpath(os.path.join(HERE, "../../../../platform/grpc/protos"))


# Debian's compiler comes without the standard files.
WELL_KNOWN = {
    "any": "message Any { string type_url = 1; bytes value = 2; }",
    "duration": "message Duration { int64 seconds = 1; int32 nanos = 2; }",
}


def load(root, *files):
    """Returns a function that finds a message class by its full name in the given files."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "google/protobuf"))
        for name, text in WELL_KNOWN.items():
            with open(os.path.join(folder, "google/protobuf", name + ".proto"), "w", encoding="utf-8") as file:
                file.write('syntax = "proto3"; package google.protobuf; ' + text)
        out = os.path.join(folder, "set.bin")
        code = grpc_tools.protoc.main(["protoc", "-I" + root, "-I" + folder, "--descriptor_set_out=" + out, "--include_imports", *files])
        if code != 0:
            raise RuntimeError("protoc refused " + ", ".join(files))
        with open(out, "rb") as made:
            parsed = descriptor_pb2.FileDescriptorSet.FromString(made.read())
    pool = descriptor_pool.DescriptorPool()
    for file in parsed.file:
        pool.Add(file)
    return lambda name: GetMessageClass(pool.FindMessageTypeByName(name))


find = load(TESTING, "grpc/testing/test.proto")
Empty = find("grpc.testing.Empty")
BoolValue = find("grpc.testing.BoolValue")
EchoStatus = find("grpc.testing.EchoStatus")
Payload = find("grpc.testing.Payload")
ResponseParameters = find("grpc.testing.ResponseParameters")
SimpleRequest = find("grpc.testing.SimpleRequest")
SimpleResponse = find("grpc.testing.SimpleResponse")
StreamingInputCallRequest = find("grpc.testing.StreamingInputCallRequest")
StreamingInputCallResponse = find("grpc.testing.StreamingInputCallResponse")
StreamingOutputCallRequest = find("grpc.testing.StreamingOutputCallRequest")
StreamingOutputCallResponse = find("grpc.testing.StreamingOutputCallResponse")

# method -> request type, response type, whether the client streams, whether the server does
METHODS = {
    "EmptyCall": (Empty, Empty, False, False),
    "UnaryCall": (SimpleRequest, SimpleResponse, False, False),
    "StreamingOutputCall": (StreamingOutputCallRequest, StreamingOutputCallResponse, False, True),
    "StreamingInputCall": (StreamingInputCallRequest, StreamingInputCallResponse, True, False),
    "FullDuplexCall": (StreamingOutputCallRequest, StreamingOutputCallResponse, True, True),
    "HalfDuplexCall": (StreamingOutputCallRequest, StreamingOutputCallResponse, True, True),
    "UnimplementedCall": (Empty, Empty, False, False),
}


def zeros(size):
    return Payload(body=bytes(size))

using Tiltas.Bench;
using Tiltas.Bench.BarePath;
using Tiltas.Bench.Grpc;

switch (Environment.GetEnvironmentVariable(PathPair.PartVariable))
{
    case "sender": await PathSender.Run(args, raw: false); return 0;
    case "raw-sender": await PathSender.Run(args, raw: true); return 0;
    case "receiver": await PathReceiver.Run(args, raw: false); return 0;
    case "raw-receiver": await PathReceiver.Run(args, raw: true); return 0;
    case FlowServer.Part: await FlowServer.Run(args); return 0;
    default: return await BenchRun.Run(args);
}

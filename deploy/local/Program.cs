using Tiltas.Local;
using Tiltas.Local.Commands;
using Tiltas.Local.Demo;

try
{
    var place = Workplace.Find();
    return args switch
    {
        ["up", .. var rest] => await UpCommand.RunAsync(place, rest),
        ["down"] => await DownCommand.RunAsync(place),
        ["status"] => await StatusCommand.RunAsync(place),
        ["demo", .. var rest] => await DemoCommand.RunAsync(place, rest),
        ["import", .. var rest] => await ExchangeCommand.ImportAsync(place, rest),
        ["export", .. var rest] => await ExchangeCommand.ExportAsync(place, rest),
        ["test", .. var rest] => await TestCommand.RunAsync(place, rest),
        ["bench", .. var rest] => await BenchCommand.RunAsync(place, rest),
        _ => throw new LocalException("usage: tiltas up [--detach] | down | status | demo [--grpc | --cases FILE] | import FILE [--dry-run] | export [FILE] | test [--filter TEXT] | bench [--quick] [--json FILE]"),
    };
}
catch (LocalException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

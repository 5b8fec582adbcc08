using Tiltas.Gateway;
using Tiltas.Gateway.Clients;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Telemetry;

// For whoever adds a client: the secret comes in on standard input, what the clients file keeps goes out.
if (args is ["hash-secret"])
{
    Console.WriteLine(SecretHash.Of(Console.ReadLine() ?? "").ToKeptForm());
    return;
}

var builder = WebApplication.CreateBuilder(args);
builder.AddTelemetry("gateway");
builder.AddGateway();
builder.AddInsidePort();

var app = builder.Build();
app.UseGateway();
app.MapInsidePort();
await app.RunAsync();

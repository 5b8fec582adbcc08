using Tiltas.Gateway;
using Tiltas.Gateway.Clients;

// For whoever adds a client: the secret comes in on standard input, what the clients file keeps goes out.
if (args is ["hash-secret"])
{
    Console.WriteLine(SecretHash.Of(Console.ReadLine() ?? "").ToKeptForm());
    return;
}

var builder = WebApplication.CreateBuilder(args);
builder.AddGateway();
builder.WebHost.UseUrls(builder.Configuration["Listen:Api"] ?? throw new InvalidOperationException("Listen:Api is not set."));

var app = builder.Build();
app.UseGateway();
await app.RunAsync();

using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Exchange;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Matching;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Rpc;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Rpc;
using Tiltas.Hosting.Storage;

if (await Store.Migrate<DirectoryStore>(args, options => new(options), Derived.Fill)) return;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("directory");
builder.AddStore<DirectoryStore>();
builder.AddTiltasBus("directory");
builder.AddCoverage();
builder.AddMatching();
builder.AddOpenReferral();
builder.AddExchange();
builder.AddRpc();

var app = builder.Build();
app.UseServiceDefaults();
app.MapAgencies();
app.MapServices();
app.MapLocations();
app.MapMemoranda();
app.MapCoverage();
app.MapProviders();
app.MapOpenReferral();
app.MapExchange();
app.MapRpc<DirectoryRpc>(Tiltas.Protos.Directory.V1.Directory.Descriptor);
app.Run();

using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Rpc;
using Tiltas.Hosting.Sealing;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Country;
using Tiltas.Identification.Forms;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Htcds;
using Tiltas.Identification.Information;
using Tiltas.Identification.Parties;
using Tiltas.Identification.ReflectionPeriods;
using Tiltas.Identification.Rpc;
using Tiltas.Identification.Screenings;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

if (await Store.Migrate<IdentificationStore>(args, options => new(options))) return 0;

try
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.Services.AddSingleton(CountryData.Load(builder.Configuration["Country:Path"]));
    builder.AddServiceDefaults("identification");
    builder.AddStore<IdentificationStore>();
    builder.Services.AddParties();
    builder.Services.AddScreenings();
    builder.Services.AddStatuses();
    builder.Services.AddReflectionPeriods();
    builder.Services.AddInformation();
    builder.Services.AddGaps();
    builder.AddSealing();
    builder.Services.AddForms();
    builder.Services.AddHtcds();
    builder.AddRpc();
    builder.AddTiltasBus("identification", bus => bus.OnParties().OnForms());

    var app = builder.Build();
    app.UseServiceDefaults();
    var agencies = app.MapGroup("").RequireRole(Roles.Agency);
    agencies.MapScreenings();
    agencies.MapStatuses();
    agencies.MapReflectionPeriods();
    agencies.MapInformation();
    agencies.MapGaps();
    agencies.MapForms();
    agencies.MapHtcds();
    app.MapRpc<IdentificationRpc>(Tiltas.Protos.Identification.V1.Identification.Descriptor).RequireRole(Roles.Agency);
    app.MapRpc<FormsRpc>(Tiltas.Protos.Identification.V1.Forms.Descriptor, nameof(FormsRpc.GetForm), nameof(FormsRpc.RenderForm)).RequireRole(Roles.Agency);
    await app.RunAsync();
    return 0;
}
catch (CountryDataException exception)
{
    await Console.Error.WriteLineAsync("identification does not start: " + exception.Message);
    return 2;
}

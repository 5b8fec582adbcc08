using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Notification.V1;
using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Rpc;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Rpc;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;

if (await Store.Migrate<ReferralStore>(args, options => new(options))) return;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("referral");
builder.AddStore<ReferralStore>();
builder.AddTiltasBus("referral", bus => bus
    .On<AgencyRegistered, TakeDirectory>("agency-registered")
    .On<AgencyChanged, TakeDirectory>("agency-changed")
    .On<ServiceOffered, TakeDirectory>("service-offered")
    .On<ServiceWithdrawn, TakeDirectory>("service-withdrawn")
    .On<MemorandumInForce, TakeDirectory>("memorandum-in-force")
    .On<MemorandumEnded, TakeDirectory>("memorandum-ended")
    .On<NoticeSeen, AcknowledgeWhenSeen>("notice-seen"));

var country = builder.Configuration["Country:Path"] ?? throw new InvalidOperationException("Country:Path is missing.");
var masterKey = builder.Configuration["Sealing:MasterKeyFile"] ?? throw new InvalidOperationException("Sealing:MasterKeyFile is missing.");
builder.Services.AddSingleton(ClockRules.Load(country));
builder.Services.AddSingleton(services => CountryCalendar.Load(country, services.GetRequiredService<TimeProvider>()));
builder.Services.AddSingleton<IAgencyKeys>(FileAgencyKeys.Read(masterKey));
builder.Services.AddSingleton<Seal>();
builder.Services.AddSingleton<SubmitReferral>();
builder.Services.AddHostedService<LapseClocks>();
builder.AddRpc();

var app = builder.Build();
app.UseServiceDefaults();

OpenSubject.Map(app);
RecordConsent.Map(app);
WithdrawConsent.Map(app);
ListConsents.Map(app);
WritePart.Map(app);
ReadOwnDossier.Map(app);
ReadDossier.Map(app);

SubmitReferral.Map(app);
AcknowledgeReferral.Map(app);
AcceptReferral.Map(app);
DeclineReferral.Map(app);
StartService.Map(app);
CompleteReferral.Map(app);
WithdrawReferral.Map(app);
ReadReferral.Map(app);
ListReferrals.Map(app);
ListPartners.Map(app);
app.MapRpc<ReferralsRpc>(Tiltas.Protos.Referral.V1.Referrals.Descriptor);

app.Run();

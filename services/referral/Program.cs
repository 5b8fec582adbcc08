using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Contracts.Notification.V1;
using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Rpc;
using Tiltas.Hosting.Sealing;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Returns;
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
    .On<ReflectionPeriodChanged, TakeReflections>("reflection-period-changed")
    .On<NoticeSeen, AcknowledgeWhenSeen>("notice-seen"));

var country = builder.Configuration["Country:Path"] ?? throw new InvalidOperationException("Country:Path is missing.");
builder.Services.AddSingleton(ClockRules.Load(country));
builder.Services.AddSingleton(services => CountryCalendar.Load(country, services.GetRequiredService<TimeProvider>()));
builder.AddSealing();
builder.Services.AddSingleton<SubmitReferral>();
builder.Services.AddHostedService<LapseClocks>();
builder.AddRpc();

var app = builder.Build();
app.UseServiceDefaults();

var agencies = app.MapGroup("").RequireRole(Roles.Agency);
OpenSubject.Map(agencies);
RecordConsent.Map(agencies);
WithdrawConsent.Map(agencies);
ListConsents.Map(agencies);
WritePart.Map(agencies);
ReadOwnDossier.Map(agencies);
ReadDossier.Map(agencies);

SubmitReferral.Map(agencies);
AcknowledgeReferral.Map(agencies);
AcceptReferral.Map(agencies);
DeclineReferral.Map(agencies);
StartService.Map(agencies);
CompleteReferral.Map(agencies);
WithdrawReferral.Map(agencies);
ReadReferral.Map(agencies);
ListReferrals.Map(agencies);
ListPartners.Map(agencies);
app.MapRpc<ReferralsRpc>(Tiltas.Protos.Referral.V1.Referrals.Descriptor, nameof(ReferralsRpc.ReadDossier), nameof(ReferralsRpc.ReadOwnDossier)).RequireRole(Roles.Agency);

app.Run();

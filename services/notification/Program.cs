using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Rpc;
using Tiltas.Hosting.Storage;
using Tiltas.Notification.Feeds;
using Tiltas.Notification.Rpc;
using Tiltas.Notification.Storage;

if (await Store.Migrate<NotificationStore>(args, options => new(options))) return;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("notification");
builder.AddStore<NotificationStore>();
builder.AddFeeds();
builder.AddRpc();
builder.AddTiltasBus("notification", bus => bus.OnFacts());

var app = builder.Build();
app.UseServiceDefaults();
app.MapGroup("").RequireRole(Roles.Agency).MapFeeds();
app.MapRpc<NotificationsRpc>(Tiltas.Protos.Notification.V1.Notifications.Descriptor, nameof(NotificationsRpc.Subscribe), nameof(NotificationsRpc.ListNotices)).RequireRole(Roles.Agency);
app.Run();

using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Storage;
using Tiltas.Notification.Feeds;
using Tiltas.Notification.Storage;

if (await Store.Migrate<NotificationStore>(args, options => new(options))) return;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("notification");
builder.AddStore<NotificationStore>();
builder.AddFeeds();
builder.AddTiltasBus("notification", bus => bus.OnFacts());

var app = builder.Build();
app.UseServiceDefaults();
app.MapFeeds();
app.Run();

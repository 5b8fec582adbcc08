using Tiltas.Contracts.Notification.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Forms;

/// <summary>Forms by versioned schemas: filled in, sent along with a referral, read by its recipient, proved to have come.</summary>
public static class FormsFeature
{
    public static void AddForms(this IServiceCollection services)
    {
        services.AddSingleton<FormSchemas>();
        services.AddHostedService(provider => provider.GetRequiredService<FormSchemas>());
        services.AddScoped<FormNotes>();
        services.AddScoped<FillInForm>();
        services.AddScoped<SendForm>();
        services.AddScoped<ReadForm>();
        services.AddScoped<RenderForm>();
        services.AddScoped<ProveDelivery>();
        services.AddScoped<CountForms>();
    }

    public static BusBuilder OnForms(this BusBuilder bus) => bus
        .On<NoticeDelivered, KeepNotices>("notice-delivered")
        .On<NoticeSeen, KeepNotices>("notice-seen");

    public static void MapForms(this IEndpointRouteBuilder routes)
    {
        ListFormSchemas.Map(routes);
        FillInForm.Map(routes);
        CountForms.Map(routes);
        SendForm.Map(routes);
        ReadForm.Map(routes);
        RenderForm.Map(routes);
        ProveDelivery.Map(routes);
    }
}

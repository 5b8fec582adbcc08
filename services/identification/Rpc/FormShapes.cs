using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Rpc;
using Tiltas.Identification.Country;
using Tiltas.Identification.Forms;
using Proto = Tiltas.Protos.Identification.V1;
using Published = Tiltas.Protos.Codes.V1;

namespace Tiltas.Identification.Rpc;

/// <summary>Forms in the shapes of the published API. Absent texts are empty.</summary>
internal static class FormShapes
{
    public static Proto.FormSchema Line(FormSchema form) => new()
    {
        SchemaId = form.Id, Version = form.Version, Title = { form.Title }, Source = Shapes.Of(form.Source), Illustrative = form.Illustrative ?? "",
        FilledInBy = { form.FilledInBy.ToProtos<AgencyType, Published.AgencyType>() }, Needs = { form.Needs.ToProtos<Need, Published.Need>() },
        SentTo = { form.SentTo.ToProtos<AgencyType, Published.AgencyType>() }, ContentHash = form.Hash(),
    };

    public static Proto.FormSchema Whole(FormSchema form)
    {
        var shape = Line(form);
        shape.Sections.AddRange(form.Sections.Select(section => new Proto.FormSection { Title = { section.Title }, Fields = { section.Fields.Select(Of) } }));
        if (form.Result is { } result) shape.Result = new() { Field = result.Field, Negative = { result.Negative }, Day = result.Day, Place = result.Place };
        return shape;
    }

    public static Proto.Form Of(ReadForm.Form form) => new()
    {
        FormId = form.FormId.ToString(), SchemaId = form.Schema, SchemaVersion = form.SchemaVersion, SubjectRef = form.Subject.ToString(), AgencyId = form.FilledInBy.Value,
        FilledInAt = form.At.ToProto(), ReferralId = form.Referral?.ToString() ?? "",
        Answers = { form.Answers.Select(answer => new Proto.FormAnswer { Field = answer.Field, Values = { answer.Values ?? [] }, Note = answer.Note ?? "" }) },
        Withheld =
        {
            form.Withheld.Select(field => new Proto.WithheldField
            {
                Field = field.Field, DataClass = field.DataClass.ToProto<Published.DataClass>(), Rule = field.Rule, Missing = field.Missing,
            }),
        },
        ContentHash = form.ContentHash, Salt = form.Salt ?? "", Replaces = form.Replaces?.ToString() ?? "", IsReplaced = form.IsReplaced, ReplacedBy = form.ReplacedBy?.ToString() ?? "",
    };

    public static Proto.GetFormProofResponse Of(ProveDelivery.Proof proof) => new()
    {
        FormId = proof.FormId.ToString(), SchemaId = proof.Schema, SchemaVersion = proof.SchemaVersion, ContentHash = proof.ContentHash, FilledInAt = proof.FilledInAt.ToProto(),
        Deliveries =
        {
            proof.Sendings.Select(sending => new Proto.FormDelivery
            {
                ReferralId = sending.Referral.ToString(), AgencyId = sending.To.Value, SentAt = sending.SentAt.ToProto(), DeliveredAt = sending.DeliveredAt.ToProto(),
                SeenAt = sending.SeenAt.ToProto(), FirstReadAt = sending.FirstReadAt.ToProto(), ReferralAcknowledgedAt = sending.ReferralAcknowledgedAt.ToProto(),
                ReferralAcceptedAt = sending.ReferralAcceptedAt.ToProto(), ReferralDeclinedAt = sending.ReferralDeclinedAt.ToProto(),
            }),
        },
    };

    public static Proto.FormCount Of(CountForms.Line line) => new()
    {
        SchemaId = line.Schema, SchemaVersion = line.SchemaVersion, Result = line.Result ?? "", OnlyCounted = line.OnlyCounted, Place = line.Place ?? "", Month = line.Month, Count = line.Count,
    };

    private static Proto.FormField Of(FormField field)
    {
        var shape = new Proto.FormField
        {
            Code = field.Code, Kind = field.Kind.ToProto<Published.FieldKind>(), DataClass = field.DataClass.ToProto<Published.DataClass>(), Required = field.Required,
            Text = { field.Text }, Options = { field.Options.Select(option => new Proto.FormOption { Code = option.Code, Text = { option.Text } }) },
            SetId = field.Set ?? "", SetVersion = field.SetVersion ?? 0, Most = field.Most ?? 0,
        };
        if (field.When is { } when) shape.When = new() { Field = when.Field, In = { when.In } };
        return shape;
    }
}

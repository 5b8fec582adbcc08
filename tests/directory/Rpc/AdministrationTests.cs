using Google.Protobuf.WellKnownTypes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.History;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Rpc;
using Tiltas.Directory.Staff;
using Tiltas.Hosting.Passports;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Tests.Rpc;

/// <summary>What the published interface and the code have to say alike, and what a mask does.</summary>
public sealed class AdministrationTests
{
    private static readonly HashSet<string> Given = ["service_id", "version"];

    public static TheoryData<System.Type, System.Type> Lists => new()
    {
        { typeof(StandingReason), typeof(Proto.StandingReason) }, { typeof(StaffRole), typeof(Proto.StaffRole) }, { typeof(RecordKind), typeof(Proto.RecordKind) },
        { typeof(ChangeKind), typeof(Proto.ChangeKind) }, { typeof(LocationType), typeof(Proto.LocationType) }, { typeof(Visibility), typeof(Proto.Visibility) },
        { typeof(Change), typeof(Proto.MemorandumChange) },
    };

    [Theory, MemberData(nameof(Lists))]
    public void CodeList_AndItsProto_HaveTheSameNames(System.Type codes, System.Type proto) =>
        Assert.Equal(System.Enum.GetNames(codes).Order(StringComparer.Ordinal), System.Enum.GetNames(proto).Where(name => name != "Unspecified").Order(StringComparer.Ordinal));

    [Fact]
    public void ClientRoles_AreThoseThatAClientMayHave() =>
        Assert.All(System.Enum.GetNames<Proto.ClientRole>(), name => Assert.Equal(name != "Unspecified", Roles.IsForClients(name.ToLowerInvariant())));

    [Fact]
    public void EveryCall_IsForSomebody()
    {
        Assert.Equal(Proto.Administration.Descriptor.Methods.Select(method => method.Name).Order(StringComparer.Ordinal), AdministrationRoles.Of.Keys.Order(StringComparer.Ordinal));
        Assert.All(AdministrationRoles.Of.Values, roles => Assert.True(roles.Length > 0 && roles.All(Roles.IsForClients)));
    }

    [Fact]
    public void Mask_TakesWhatItNames_AndLeavesTheRest()
    {
        var record = new Proto.Service
        {
            ServiceId = "a", Version = 3, Hours = "24/7", Name = { { "en", "A" }, { "lt", "B" } }, Areas = { "LT" }, Languages = { "lt" },
            Profile = new() { MinimumAge = 18, WithChildren = true, OnCallPhone = "112" }, Source = new() { Title = "T", Url = "U" },
        };
        var wanted = new Proto.Service { Name = { { "lt", "C" }, { "uk", "D" } }, Areas = { "LT-57", "LT-15" }, Profile = new() { MaximumAge = 30, MinimumAge = 0 }, Illustrative = "All." };

        var expected = record.Clone();
        (expected.Profile.MinimumAge, expected.Source.Url, expected.Name["lt"]) = (0, "", "C");
        expected.Profile.ClearWithChildren();
        expected.Areas.Clear();
        expected.Areas.Add(["LT-57", "LT-15"]);
        expected.Name.Remove("en");
        Assert.Equal(expected, Mask("profile.minimum_age", "profile.with_children", "areas", "name.lt", "name.en", "source.url")!.Apply(wanted.Clone(), record.Clone()));

        expected = record.Clone();
        (expected.Source, expected.Profile) = (null, wanted.Profile.Clone());
        expected.Name.Remove("en");
        (expected.Name["lt"], expected.Name["uk"]) = ("C", "D");
        Assert.Equal(expected, Mask("source", "profile", "profile.minimum_age", "name")!.Apply(wanted.Clone(), record.Clone()));

        // Into what is not there, and out of it.
        Assert.Equal(new Proto.Service { Profile = new() { MaximumAge = 30 } }, Mask("profile.maximum_age")!.Apply(wanted.Clone(), new Proto.Service()));
        Assert.Equal(new Proto.Service(), Mask("profile.maximum_age", "name.en")!.Apply(new Proto.Service(), new Proto.Service()));
        Assert.Null(Mask("*"));
        Assert.Null(Mask());
        Assert.Null(UpdateMask.Of(null, Proto.Service.Descriptor, Given));
    }

    private static UpdateMask? Mask(params string[] paths) => UpdateMask.Of(new FieldMask { Paths = { paths } }, Proto.Service.Descriptor, Given);
}

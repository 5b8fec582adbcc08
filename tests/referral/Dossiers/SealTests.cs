using System.Security.Cryptography;
using System.Text;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Sealing;
using Tiltas.Referral.Dossiers;

namespace Tiltas.Referral.Tests;

public sealed class SealTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("""{"prs_FirstName":"Kanarėlė"}""");
    private static readonly AgencyId Owner = Fixed.Sender;
    private readonly FileAgencyKeys _keys = new(RandomNumberGenerator.GetBytes(32));

    private Seal Seal => new(_keys);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(28)]
    [InlineData(70_000)]
    public void Part_OfAnySize_OpensAsItWasClosed(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var key = Seal.NewKey(Fixed.Subject, DataClass.Health, Owner);
        var part = Seal.Close(key, content, Fixed.Subject, DataClass.Health, Owner, 7);
        // Another process with the same master key opens it.
        Assert.Equal(content, new Seal(_keys).Open(key, part, Fixed.Subject, DataClass.Health, Owner, 7));
    }

    [Fact]
    public void AnyBitFlipped_InPartOrKey_DoesNotOpen()
    {
        var (key, part) = Sealed();
        Assert.Equal(Content, Open(key, part));
        foreach (var bytes in (byte[][])[part, key])
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Refused(() => Open(key, part));
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        Assert.Equal(Content, Open(key, part));
    }

    [Fact]
    public void AnyLengthCut_OrAdded_DoesNotOpen()
    {
        var (key, part) = Sealed();
        for (var length = 0; length < part.Length; length++) Refused(() => Open(key, part[..length]));
        for (var length = 0; length < key.Length; length++) Refused(() => Open(key[..length], part));
        Refused(() => Open(key, [.. part, 0]));
        Refused(() => Open([.. key, 0], part));
    }

    [Fact]
    public void PartElsewhere_DoesNotOpen()
    {
        var (key, part) = Sealed();
        var other = new SubjectRef(Guid.CreateVersion7(Fixed.Start));
        Refused(() => Seal.Open(key, part, other, DataClass.Identity, Owner, 3));
        foreach (var dataClass in Enum.GetValues<DataClass>().Where(c => c != DataClass.Identity)) Refused(() => Seal.Open(key, part, Fixed.Subject, dataClass, Owner, 3));
        Refused(() => Seal.Open(key, part, Fixed.Subject, DataClass.Identity, Fixed.Recipient, 3));
        foreach (var version in (int[])[0, 2, 4, -3]) Refused(() => Seal.Open(key, part, Fixed.Subject, DataClass.Identity, Owner, version));
        Refused(() => Seal.Open(Seal.NewKey(Fixed.Subject, DataClass.Identity, Owner), part, Fixed.Subject, DataClass.Identity, Owner, 3));
        Refused(() => new Seal(new FileAgencyKeys(RandomNumberGenerator.GetBytes(32))).Open(key, part, Fixed.Subject, DataClass.Identity, Owner, 3));
        // A key is no part and a part no key, though both are sealed alike.
        Refused(() => Open(key, key));
        Refused(() => Open(part, part));
    }

    [Fact]
    public void SameContent_SealedTwice_DiffersWhole()
    {
        var seals = Enumerable.Range(0, 200).Select(_ => Sealed()).ToList();
        Assert.Equal(200, seals.Select(s => Convert.ToHexString(s.Part)).Distinct().Count());
        Assert.Equal(200, seals.Select(s => Convert.ToHexString(s.Key)).Distinct().Count());
        var key = Seal.NewKey(Fixed.Subject, DataClass.Identity, Owner);
        var nonces = Enumerable.Range(0, 1_000).Select(_ => Convert.ToHexString(Seal.Close(key, Content, Fixed.Subject, DataClass.Identity, Owner, 3).AsSpan(0, 12)));
        Assert.Equal(1_000, nonces.Distinct().Count());
    }

    /// <summary>The data key, got with the runtime's own AES and the owner's key, lies open in neither half of what is stored.</summary>
    [Fact]
    public void Keys_AndContent_AreNowhereInTheClear()
    {
        var (wrapped, part) = Sealed();
        Assert.Equal(12 + 32 + 16, wrapped.Length);
        Assert.Equal(12 + Content.Length + 16, part.Length);
        var dataKey = Decrypt(_keys.KeyOf(Owner), wrapped, $"tiltas key v1|{Fixed.Subject}|Identity|{Owner}|0");
        Assert.Equal(Content, Decrypt(dataKey, part, $"tiltas part v1|{Fixed.Subject}|Identity|{Owner}|3"));
        foreach (var secret in (byte[][])[dataKey, _keys.KeyOf(Owner), Content])
            for (var at = 0; at + 8 <= secret.Length; at += 4)
            {
                Assert.Equal(-1, wrapped.AsSpan().IndexOf(secret.AsSpan(at, 8)));
                Assert.Equal(-1, part.AsSpan().IndexOf(secret.AsSpan(at, 8)));
            }
    }

    [Fact]
    public void AgencyKeys_AreTheAgencysOwn_AndStay()
    {
        Assert.Equal(32, _keys.KeyOf(Owner).Length);
        Assert.Equal(_keys.KeyOf(Owner), _keys.KeyOf(AgencyId.From(Owner.Value)));
        Assert.NotEqual(_keys.KeyOf(Owner), _keys.KeyOf(Fixed.Recipient));
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("")]
    [InlineData("not base64!")]
    public void MasterKeyFile_OfWrongForm_IsRefusedWithoutBeingShown(string content)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, content);
            var error = Assert.ThrowsAny<Exception>(() => FileAgencyKeys.Read(file));
            Assert.True(error is InvalidDataException, error.GetType().Name);
            Assert.Contains("Sealing:MasterKeyFile", error.Message);
            if (content.Length > 0) Assert.DoesNotContain(content, error.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private (byte[] Key, byte[] Part) Sealed()
    {
        var key = Seal.NewKey(Fixed.Subject, DataClass.Identity, Owner);
        return (key, Seal.Close(key, Content, Fixed.Subject, DataClass.Identity, Owner, 3));
    }

    private byte[] Open(byte[] key, byte[] part) => Seal.Open(key, part, Fixed.Subject, DataClass.Identity, Owner, 3);

    private static void Refused(Func<byte[]> open) => Assert.ThrowsAny<CryptographicException>(open);

    private static byte[] Decrypt(byte[] key, byte[] bytes, string context)
    {
        var plain = new byte[bytes.Length - 28];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(bytes.AsSpan(0, 12), bytes.AsSpan(12, plain.Length), bytes.AsSpan(12 + plain.Length), plain, Encoding.UTF8.GetBytes(context));
        return plain;
    }
}
